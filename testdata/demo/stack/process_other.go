//go:build !linux

package stack

import "syscall"

// attributes keep a Ctrl-C for the demo itself, which then stops the rest.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
