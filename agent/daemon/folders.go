package daemon

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// folders are the daemon's, below var; see docs/architecture.md.
var folders = []struct {
	name string
	mode fs.FileMode
}{{".", 0o755}, {"private", 0o700}, {"users", 0o711}}

// Prepare makes the folders below varDir, and mends owners and modes of those
// that are there: a wrong one must neither stop the agent nor let others in.
func Prepare(varDir string) error {
	if err := os.MkdirAll(filepath.Dir(varDir), 0o755); err != nil {
		return fmt.Errorf("preparing %s: %w", varDir, err)
	}
	for _, f := range folders {
		path := filepath.Join(varDir, f.name)
		if err := os.MkdirAll(path, f.mode); err != nil {
			return fmt.Errorf("preparing %s: %w", path, err)
		}
		if err := mend(path, f.mode); err != nil {
			return fmt.Errorf("preparing %s: %w", path, err)
		}
	}
	return dropStrangers(filepath.Join(varDir, "private"))
}

// dropStrangers removes what somebody else put into a folder while it was open
// to others: keys that are not ours are worse than none.
func dropStrangers(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("preparing %s: %w", dir, err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && owns(info, os.Geteuid()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("preparing %s: %w", dir, err)
		}
	}
	return nil
}

// halfWritten is how old a half-written file must be for nobody to be writing it.
const halfWritten = time.Minute

var temporaryName = regexp.MustCompile(`^\.[a-z-]+\.json\.[0-9]+$`)

// sweep removes what writers left that were killed: whoever is killed often would
// else fill the disk. It is tidying, and stops nobody.
func sweep(varDir string, now time.Time) {
	for _, dir := range []string{varDir, filepath.Join(varDir, "private")} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			info, err := e.Info()
			if err == nil && info.Mode().IsRegular() && temporaryName.MatchString(e.Name()) && now.Sub(info.ModTime()) > halfWritten {
				_ = os.Remove(filepath.Join(dir, e.Name()))
			}
		}
	}
}

// mend works on the open folder, so that what is checked is what is changed.
func mend(path string, mode fs.FileMode) error {
	d, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	defer d.Close()
	info, err := d.Stat()
	if err != nil {
		return err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		if err := d.Chown(os.Geteuid(), -1); err != nil {
			return err
		}
	}
	if info.Mode().Perm() != mode {
		return d.Chmod(mode)
	}
	return nil
}
