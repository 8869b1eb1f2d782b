package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/host"
)

// leavingName is a file in the root folder that says that the agent leaves.
// Whoever starts the daemon once more finishes what was cut off.
const leavingName = "leaving"

// Leaving reports that a removal was begun and not finished.
func Leaving(rootDir string) bool {
	_, err := os.Lstat(filepath.Join(rootDir, leavingName))
	return err == nil
}

// note says it on disk, before anything goes.
func (r Removal) note() error {
	err := atomicfile.Write(filepath.Join(r.RootDir, leavingName), nil, modeSecret)
	if errors.Is(err, fs.ErrNotExist) { // there is no folder, and nothing to come back to
		return nil
	}
	return err
}

// check keeps a wrong folder, as /usr/local, from losing its bin, etc and var.
func (r Removal) check() error {
	if !filepath.IsAbs(r.RootDir) || filepath.Clean(r.RootDir) == "/" {
		return fmt.Errorf("removing the agent: %q can't be its folder", r.RootDir)
	}
	for _, mark := range []string{leavingName, "var/private", "bin/uninstall"} {
		if _, err := os.Lstat(filepath.Join(r.RootDir, mark)); err == nil {
			return nil
		}
	}
	if entries, err := os.ReadDir(r.RootDir); errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	return fmt.Errorf("removing the agent: %s does not look like its folder: it holds no var/private; name the right one with --root-dir", r.RootDir)
}

const (
	endTimeout = 15 * time.Second // launchd kills it after 10
	endLook    = 200 * time.Millisecond
)

// ended waits until a job's process is gone: launchd lets go of it sooner, and a
// daemon that lives on would write its files anew.
func (r Removal) ended(ctx context.Context, j host.Job) error {
	ctx, cancel := context.WithTimeout(ctx, endTimeout)
	defer cancel()
	look := time.NewTicker(endLook)
	defer look.Stop()
	for {
		if s, err := r.Commands.Job(ctx, j); err != nil || !s.Loaded {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it still runs after %s", endTimeout)
		case <-look.C:
		}
	}
}
