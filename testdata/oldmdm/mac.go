package oldmdm

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"syscall"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/host"
)

// Edit changes the file that stands for a Mac. Several processes may do so:
// a lock beside the file keeps them apart.
func Edit(path string, change func(*host.Facts)) error {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("locking the Mac's file: %w", err)
	}
	defer lock.Close() // which lets the lock go
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("locking the Mac's file: %w", err)
	}
	facts, err := host.NewFile(path).Facts(context.Background())
	if err != nil {
		return err
	}
	change(&facts)
	return Write(path, facts)
}

// Write makes the file, or replaces it whole.
func Write(path string, facts host.Facts) error {
	data, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the Mac's facts: %w", err)
	}
	return atomicfile.Write(path, append(data, '\n'), 0o644)
}
