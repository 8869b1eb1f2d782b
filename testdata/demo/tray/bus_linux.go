package tray

import "syscall"

// attributes: the bus goes with whoever started it.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
