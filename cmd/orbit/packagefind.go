package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"fleetmigrate/packaging"
)

// programs finds what is to be packed.
func (p *packager) programs(o *packaging.Options) (err error) {
	if o.Orbit = p.cmd.StringSlice("orbit"); len(o.Orbit) == 1 && o.Orbit[0] == auto {
		if o.Orbit, err = findOrbit(); err != nil {
			return err
		}
	}
	o.Desktop = p.cmd.StringSlice("desktop")
	app := p.cmd.String("desktop-app")
	if len(o.Desktop) > 0 && app == auto {
		app = none
	}
	if o.DesktopApp = find(app, "Fleet Desktop.app"); o.DesktopApp == auto {
		return errors.New("--desktop-app: there is no Fleet Desktop.app beside this program; give it (`make pkg` on a Mac builds it), or \"none\" for a package that shows nobody anything")
	}
	if o.SwiftDialog = find(p.cmd.String("swiftdialog"), "Dialog.app"); o.SwiftDialog == auto {
		o.SwiftDialog = ""
	}
	return nil
}

// self is this program's file, with links followed to where its parts lie.
func self() (string, error) {
	name, err := os.Executable()
	if err == nil {
		name, err = filepath.EvalSymlinks(name)
	}
	if err != nil {
		return "", fmt.Errorf("finding this program: %w", err)
	}
	return name, nil
}

// findOrbit looks for orbit for macOS: on a Mac it is this very program.
func findOrbit() ([]string, error) {
	name, err := self()
	if err != nil || runtime.GOOS == "darwin" {
		return []string{name}, err
	}
	dir := filepath.Dir(name)
	both := []string{filepath.Join(dir, "orbit-darwin-arm64"), filepath.Join(dir, "orbit-darwin-amd64")}
	for _, name := range both {
		if _, err := os.Stat(name); err != nil {
			return nil, fmt.Errorf("--orbit: there is no orbit for macOS beside this program (%s); give it, once per architecture: `make orbit-darwin` builds both", name)
		}
	}
	return both, nil
}

// find gives the path of an app, "" for none, and auto when there is none to find.
func find(given, name string) string {
	switch given {
	case none:
		return ""
	case auto:
	default:
		return given
	}
	program, err := self()
	if err != nil {
		return auto
	}
	for _, dir := range []string{filepath.Dir(program), filepath.Dir(filepath.Dir(program))} {
		for _, form := range []string{name, name + ".tar.gz"} {
			if _, err := os.Stat(filepath.Join(dir, form)); err == nil {
				return filepath.Join(dir, form)
			}
		}
	}
	return auto
}
