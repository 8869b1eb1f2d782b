package packaging

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// explain adds the way out to the disk's own words.
func explain(err error, name string) error {
	dir := filepath.Dir(name)
	switch {
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%w; %s cannot be written: give another place with -o", err, dir)
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%w; make the folder %s first, or give another place with -o", err, dir)
	case isFull(err):
		return fmt.Errorf("%w; free some space (about twice the package's size is needed), or give another place with -o", err)
	case isReadOnly(err):
		return fmt.Errorf("%w; give another place with -o", err)
	}
	return err
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
