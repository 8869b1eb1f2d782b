package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// bench is where everything lies.
type bench struct{ dir, orbit, goRoot string }

// mac is a program of this module for a kind of Mac.
func (b *bench) mac(name, arch string) string { return filepath.Join(b.dir, "mac", name+"-"+arch) }

// build makes orbit for this machine and the programs for Macs.
func (b *bench) build(ctx context.Context) error {
	if err := command(ctx, "go", "build", "-o", b.orbit, "./cmd/orbit").Run(); err != nil {
		return fmt.Errorf("building orbit: %w", err)
	}
	goRoot, err := command(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("asking for the Go toolchain's folder: %w", err)
	}
	b.goRoot = strings.TrimSpace(string(goRoot))
	for _, arch := range []string{"arm64", "amd64"} {
		for name, dir := range map[string]string{"orbit": "./cmd/orbit", "desktop": "./cmd/desktop", "mockserver": "./testdata/mockserver/cmd/mockserver"} {
			cmd := command(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.mac(name, arch), dir)
			cmd.Env = append(os.Environ(), "GOOS=darwin", "GOARCH="+arch, "CGO_ENABLED=0")
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("building %s for %s: %w", name, arch, err)
			}
		}
	}
	return nil
}

func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	return cmd
}

const infoPlist = `<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleIdentifier</key><string>au.csiro.dialog</string>
<key>CFBundleShortVersionString</key><string>1</string><key>CFBundleExecutable</key><string>Dialog</string>
<key>LSMinimumSystemVersion</key><string>12.0</string></dict></plist>`

var errEnough = errors.New("enough")

// app makes an app of about that many bytes, less what is packed anyway.
func (b *bench) app(size int64) (string, error) {
	app := filepath.Join(b.dir, fmt.Sprintf("%d", size), "Dialog.app")
	resources := filepath.Join(app, "Contents/Resources")
	if err := errors.Join(os.MkdirAll(resources, 0o755), os.MkdirAll(filepath.Join(app, "Contents/MacOS"), 0o755)); err != nil {
		return "", err
	}
	left := size - length(b.mac("orbit", "arm64")) - length(b.mac("orbit", "amd64"))
	copied := 0
	take := func(name string, _ fs.DirEntry, err error) error {
		n := length(name)
		if err != nil || n == 0 || n > left || strings.Contains(name, "/testdata/") {
			return err
		}
		left -= n
		copied++
		if err := copyFile(name, filepath.Join(resources, fmt.Sprintf("%05d-%s", copied, filepath.Base(name)))); err != nil {
			return err
		}
		if left < 100_000 {
			return errEnough
		}
		return nil
	}
	err := errors.Join(os.WriteFile(filepath.Join(app, "Contents/Info.plist"), []byte(infoPlist), 0o644),
		copyFile(b.mac("desktop", "arm64"), filepath.Join(app, "Contents/MacOS/Dialog")))
	left -= length(b.mac("desktop", "arm64"))
	for _, from := range []string{filepath.Join(b.dir, "mac"), filepath.Join(b.goRoot, "bin"), filepath.Join(b.goRoot, "pkg"), filepath.Join(b.goRoot, "src")} {
		if err == nil {
			err = filepath.WalkDir(from, take)
		}
	}
	if err != nil && !errors.Is(err, errEnough) {
		return "", err
	}
	return app, nil
}

// length is a regular file's; 0 for anything else.
func length(name string) int64 {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

// copyFile copies without reading into memory: Linux counts what this process
// once held as the peak of every process that it starts.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
