package daemon

import (
	"fmt"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"

	"fleetmigrate/agent/options"
)

// DesktopStateDir is the folder in which the desktop of a person keeps its
// state and status; "" while nobody is at the screen.
func DesktopStateDir(c options.Config, uid int, home func(uid int) (string, error)) (string, error) {
	switch {
	case c.DesktopStateDir != "":
		return c.DesktopStateDir, nil
	case uid == 0:
		return "", nil
	}
	dir, err := home(uid)
	if err != nil {
		return "", err
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(dir, "Library/Application Support/FleetMigrate"), nil
	}
	return filepath.Join(dir, ".local/state/fleet-migrate"), nil
}

// HomeOf is the home folder of a user.
func HomeOf(uid int) (string, error) {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return "", fmt.Errorf("finding the home of user %d: %w", uid, err)
	}
	return u.HomeDir, nil
}
