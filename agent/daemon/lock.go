package daemon

import (
	"context"
	"fmt"
	"os"
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
	ctx, cancel := context.WithTimeout(ctx, lockFor)
	defer cancel()
	look := time.NewTicker(lockLook)
	defer look.Stop()
	for syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ErrRunning
		case <-look.C:
		}
	}
	return func() { f.Close() }, nil
}
