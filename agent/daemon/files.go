package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"fleetmigrate/agent/atomicfile"
)

// maxFile is more than any file of the daemon's holds.
const maxFile = 1 << 20

// errDamaged is a file that is there and holds no JSON.
var errDamaged = errors.New("it is damaged")

// read reads a JSON file of the daemon's own and changes nothing. A missing
// one leaves v as it is.
func read[T any](path string, v *T) error {
	data, err := atomicfile.Read(path, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, atomicfile.ErrTooLarge):
		return fmt.Errorf("reading %s: %w", filepath.Base(path), errDamaged)
	case err != nil:
		return fmt.Errorf("reading %s: %w", filepath.Base(path), err)
	}
	var whole T
	if json.Unmarshal(data, &whole) != nil { // half of a file would be worse than none
		return fmt.Errorf("reading %s: %w", filepath.Base(path), errDamaged)
	}
	*v = whole
	return nil
}

// load is read for who owns the file: a damaged one is set aside, so that it
// can be looked at, and reported.
func load[T any](path string, v *T) error {
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
