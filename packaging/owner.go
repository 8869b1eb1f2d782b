package packaging

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// private finds out whether this user alone can have filled the folder. One
// that is not there yet is as good.
func (c *Cache) private() error {
	info, err := os.Stat(c.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return ownedBy(info, os.Geteuid())
}

// ownedBy refuses what somebody else than the user could have written.
func ownedBy(info fs.FileInfo, user int) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != user {
		return fmt.Errorf("it belongs to user %d and not to you (%d): give another folder with --cache", stat.Uid, user)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return errors.New("others may write to it: run chmod go-w on it, or give another folder with --cache")
	}
	return nil
}

// openOwn opens a regular file that this user alone can have written. It
// follows no link and waits for no pipe.
func openOwn(name string) (*os.File, fs.FileInfo, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	if err == nil {
		err = ownedBy(info, os.Geteuid())
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}
