package options

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// readOwned reads a small regular file that only root, or whoever runs this,
// can have written: nobody may configure a root daemon but root. The checks
// are on the open file, so that nothing can be swapped in between.
func readOwned(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := trusted(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return data, err
}

func trusted(path string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid != 0 && int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s is not owned by root; run: sudo chown root '%s'", path, path)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s can be written by others than root; run: sudo chmod go-w '%s'", path, path)
	}
	if dir, err := os.Stat(filepath.Dir(path)); err == nil && dir.Mode().Perm()&0o002 != 0 {
		return fmt.Errorf("the folder of %s can be written by everybody; run: sudo chmod o-w '%s'", path, filepath.Dir(path))
	}
	return nil
}
