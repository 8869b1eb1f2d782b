package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"fleetmigrate/agent/atomicfile"
)

// errDamaged is a file that is there and holds no JSON.
var errDamaged = errors.New("it is damaged")

// read reads a JSON file of the daemon's own and changes nothing. A missing
// one leaves v as it is.
func read(path string, v any) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", filepath.Base(path), err)
	}
	if json.Unmarshal(data, v) != nil {
		return fmt.Errorf("reading %s: %w", filepath.Base(path), errDamaged)
	}
	return nil
}

// load is read for who owns the file: a damaged one is set aside, so that it
// can be looked at, and reported.
func load(path string, v any) error {
	err := read(path, v)
	if !errors.Is(err, errDamaged) {
		return err
	}
	aside := path + ".damaged-" + time.Now().UTC().Format("20060102T150405")
	if rerr := os.Rename(path, aside); rerr != nil {
		return fmt.Errorf("%w, and can't be set aside: %w", err, rerr)
	}
	return fmt.Errorf("%w; set aside as %s", err, filepath.Base(aside))
}

// save writes a JSON file of the daemon's own.
func save(path string, v any, mode fs.FileMode) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding %s: %w", filepath.Base(path), err)
	}
	return atomicfile.Write(path, append(data, '\n'), mode)
}

// The modes of what the daemon writes.
const (
	modeSecret = 0o600
	modePublic = 0o644
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
