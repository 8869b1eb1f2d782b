package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockState keeps two servers from writing one state file: each would overwrite
// what the other has promised. The lock is a file beside the state and ends with
// the program, however it ends. An empty path needs none.
func lockState(path string) (unlock func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the state: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = fmt.Errorf("%s is in use by another mockserver: stop that one, or give this one a --state of its own", path)
	case err != nil:
		err = fmt.Errorf("locking the state: %w", err)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil // which ends the lock
}
