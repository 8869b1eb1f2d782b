package options

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// readOwned reads a small regular file that only root, or whoever runs this,
// can have written: nobody may configure a root daemon but root. The checks
// are on the open file, so that nothing can be swapped in between. The errors
// say how to mend it; whoever asks says which file it is.
func readOwned(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	switch {
	case errors.Is(err, syscall.ELOOP):
		return nil, errors.New("it is a symbolic link, which is not followed; put the file itself there")
	case err != nil:
		return nil, fmt.Errorf("it can't be opened: %w", cause(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("it can't be looked at: %w", cause(err))
	}
	if err := trusted(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("it can't be read: %w", cause(err))
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return data, nil
}

// cause is an error without the path.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func trusted(path string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid != 0 && int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("it is not owned by root; run: sudo chown root '%s'", path)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("it can be written by others than root; run: sudo chmod go-w '%s'", path)
	}
	if dir, err := os.Stat(filepath.Dir(path)); err == nil && dir.Mode().Perm()&0o002 != 0 {
		return fmt.Errorf("its folder can be written by everybody; run: sudo chmod o-w '%s'", filepath.Dir(path))
	}
	return nil
}
