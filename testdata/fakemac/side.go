package fakemac

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
	"fleetmigrate/agent/host"
)

// Side is what a Mac has beside its facts.
type Side struct {
	Facts            string            `json:"facts"`                       // path of the facts file
	RemoteManagement bool              `json:"remote_management,omitempty"` // Apple's window is open
	RenewedAt        time.Time         `json:"renewed_at,omitzero"`
	RenewFails       bool              `json:"renew_fails,omitempty"` // profiles renew ends with an error
	Renewals         int               `json:"renewals,omitempty"`
	ShowCalls        []time.Time       `json:"show_calls,omitempty"` // of profiles show
	Jobs             []string          `json:"jobs,omitempty"`       // loaded in launchd: "system/com.fleetmigrate.orbit"
	Receipts         []string          `json:"receipts,omitempty"`   // of installed packages
	Teams            map[string]string `json:"teams,omitempty"`      // signed programs: path to team
}

const sideFile = "fakemac.json"

// ReadSide reads the side file of an installed Mac.
func ReadSide(root string) (Side, error) {
	var s Side
	data, err := os.ReadFile(filepath.Join(root, sideFile))
	if err != nil {
		return s, fmt.Errorf("reading the side file: %w", err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("reading the side file of %s: %w", root, err)
	}
	return s, nil
}

// ChangeSide changes the side file; several processes may, at the same time.
func ChangeSide(root string, change func(*Side)) error {
	unlock, err := lock(filepath.Join(root, ".fakemac.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	s, err := ReadSide(root)
	if err != nil {
		return err
	}
	change(&s)
	return writeSide(root, s)
}

func writeSide(root string, s Side) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the side file: %w", err)
	}
	return atomicfile.Write(filepath.Join(root, sideFile), append(data, '\n'), 0o666)
}

// ReadFacts reads the facts file.
func ReadFacts(path string) (host.Facts, error) {
	var f host.Facts
	data, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("reading facts: %w", err)
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fmt.Errorf("reading facts %s: %w", path, err)
	}
	return f, nil
}

// ChangeFacts changes the facts file, which is made if it is not there.
func ChangeFacts(path string, change func(*host.Facts)) error {
	unlock, err := lock(path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	f, err := ReadFacts(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	change(&f)
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding facts: %w", err)
	}
	return atomicfile.Write(path, append(data, '\n'), 0o644)
}

func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, fmt.Errorf("locking: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking: %w", err)
	}
	return func() { f.Close() }, nil
}
