package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	lockFor  = 2 * time.Second
	lockLook = 50 * time.Millisecond
)

// lock is held on the folder itself, which needs no room on the disk. It waits
// a little: a command that a killed daemon was starting holds it until it has
// become another program.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", dir, err)
	}
	if flock(ctx, f, lockFor) != nil {
		f.Close()
		return nil, ErrRunning
	}
	return func() { f.Close() }, nil
}

// flock locks an open file, waiting no longer than patience for who has it. The
// kernel's own waiting has no end.
func flock(ctx context.Context, f *os.File, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	look := time.NewTicker(lockLook)
	defer look.Stop()
	for syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		select {
		case <-ctx.Done():
			return errHeld
		case <-look.C:
		}
	}
	return nil
}

var errHeld = errors.New("another process holds it")

// Running reports that a daemon has the folder. Who may not look at its lock has
// to believe the process id that it wrote, which after a restart of the Mac may
// be another's.
func Running(varDir string, pid int) bool {
	f, err := os.Open(filepath.Join(varDir, "private"))
	if err != nil {
		return Alive(pid)
	}
	defer f.Close() // and with it the lock, which a daemon that starts waits for
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

// Alive reports that a process is there, whoever it belongs to.
func Alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
