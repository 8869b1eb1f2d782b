package main

import (
	"fmt"
	"os"
	"syscall"
)

// lock makes sure that one person has one Fleet Desktop. The kernel drops the
// lock with the process, however it ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening lock file: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("Fleet Desktop is already running for this user (lock file %s); quit it first", path)
	}
	return func() { f.Close() }, nil
}
