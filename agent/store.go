package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"fleetmigrate/agent/atomicfile"
)

// stateVersion is the version of the state file.
const stateVersion = 1

// store keeps state.json and status.json in one folder; without one it keeps nothing.
type store struct{ dir string }

type stateFile struct {
	Version int `json:"version"`
	Durable
}

// load reads the durable part. A damaged file is set aside, so that it can be
// looked at, and reported with the zero value.
func (s store) load() (Durable, error) {
	if s.dir == "" {
		return Durable{}, nil
	}
	path := filepath.Join(s.dir, "state.json")
	data, err := readPlain(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Durable{}, nil
	}
	if err != nil {
		return Durable{}, fmt.Errorf("reading state: %w", err)
	}
	var f stateFile
	if err := json.Unmarshal(data, &f); err != nil {
		return Durable{}, setAside(path, err)
	}
	if f.Version != stateVersion {
		return Durable{}, setAside(path, fmt.Errorf("version %d is not %d", f.Version, stateVersion))
	}
	return f.Durable, nil
}

// maxFile is far more than either file ever has.
const maxFile = 256 << 10

// readPlain reads a regular file.
func readPlain(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s is not a regular file of at most %d bytes", path, maxFile)
	}
	return io.ReadAll(io.LimitReader(f, maxFile))
}

func setAside(path string, why error) error {
	aside := path + ".damaged-" + time.Now().UTC().Format("20060102T150405")
	if err := os.Rename(path, aside); err != nil {
		return fmt.Errorf("state file %s can't be used (%w) nor set aside: %w", path, why, err)
	}
	return fmt.Errorf("state file %s can't be used (%w); set aside as %s", path, why, filepath.Base(aside))
}

func (s store) save(d Durable) error { return s.write("state.json", stateFile{stateVersion, d}) }

func (s store) saveStatus(st Status) error { return s.write("status.json", st) }

func (s store) write(name string, v any) error {
	if s.dir == "" {
		return nil
	}
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding %s: %w", name, err)
	}
	return atomicfile.Write(filepath.Join(s.dir, name), append(data, '\n'), 0o600)
}

func (store) pid() int { return os.Getpid() }
