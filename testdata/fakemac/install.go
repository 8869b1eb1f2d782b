package fakemac

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// tools are the commands that are stood in for, at macOS's paths.
var tools = []string{
	"/usr/bin/profiles", "/usr/sbin/ioreg", "/usr/bin/sw_vers", "/usr/sbin/scutil", "/usr/bin/defaults",
	"/usr/bin/pmset", "/usr/sbin/sysctl", "/bin/launchctl", "/usr/sbin/pkgutil", "/usr/bin/codesign",
	"/usr/bin/osascript",
}

// folders are macOS's own that somebody writes into or watches.
var folders = []string{"/Library/Managed Preferences", "/Library/LaunchDaemons", "/Library/LaunchAgents", "/private/var/db/ConfigurationProfiles"}

// Install lays a Mac out in root, which is made: every tool is a link to
// program. The Mac's profiles folder is the one in which the facts file lies,
// so that a change of the facts is seen as macOS's own changes are.
func Install(root, program, facts string) error {
	if !filepath.IsAbs(root) || !filepath.IsAbs(program) || !filepath.IsAbs(facts) {
		return errors.New("installing the stand-ins: all paths must be absolute")
	}
	for _, tool := range tools {
		if err := link(program, filepath.Join(root, tool)); err != nil {
			return err
		}
	}
	for _, folder := range folders {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			return fmt.Errorf("installing the stand-ins: %w", err)
		}
	}
	if err := link(filepath.Dir(facts), filepath.Join(root, "/private/var/db/ConfigurationProfiles/Settings")); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, sideFile)); errors.Is(err, fs.ErrNotExist) {
		return writeSide(root, Side{Facts: facts})
	}
	return ChangeSide(root, func(s *Side) { s.Facts = facts })
}

func link(to, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("installing the stand-ins: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("installing the stand-ins: %w", err)
	}
	if err := os.Symlink(to, path); err != nil {
		return fmt.Errorf("installing the stand-ins: %w", err)
	}
	return nil
}

// rootOf finds the folder in which a tool is installed, from the path it was
// called by.
func rootOf(called string) (string, error) {
	for dir := filepath.Dir(called); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, sideFile)); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is not in a folder made by fakemac install", called)
		}
	}
}
