//go:build !linux

package tray

import "syscall"

func attributes() *syscall.SysProcAttr { return nil }
