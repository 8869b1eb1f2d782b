package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// ErrTooLarge says that a file is larger than any good one.
var ErrTooLarge = errors.New("the file is larger than it may be")

// Read gives a regular file of at most limit bytes. It never waits for a FIFO
// and never reads a device, whoever put one there.
func Read(path string, limit int64) ([]byte, error) {
	return read(path, limit, func(os.FileInfo) error { return nil })
}

// ReadOwned is Read for what one has to believe: root or this user must own the
// file, and nobody else may write to it.
func ReadOwned(path string, limit int64) ([]byte, error) {
	return read(path, limit, func(info os.FileInfo) error {
		owner, ok := info.Sys().(*syscall.Stat_t)
		switch {
		case !ok || owner.Uid != 0 && int(owner.Uid) != os.Getuid():
			return fmt.Errorf("%s belongs to neither root nor this user; it does not count", path)
		case info.Mode()&0o022 != 0: // a Mac's users share one group, staff
			return fmt.Errorf("%s can be written by others; it does not count (chmod go-w)", path)
		}
		return nil
	})
}

func read(path string, limit int64, check func(os.FileInfo) error) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	if err := check(info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%w: %s has more than %d bytes", ErrTooLarge, path, limit)
	}
	return data, err
}
