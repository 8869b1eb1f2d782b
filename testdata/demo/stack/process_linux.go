package stack

import "syscall"

// attributes: whatever ends the stack, nothing of it stays behind.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
