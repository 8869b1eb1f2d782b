package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Version is what the programs say they are.
const Version = "1.0.0"

// programs are what the stack runs, and where they are built from.
var programs = map[string]string{
	"desktop":    "./cmd/desktop",
	"mockserver": "./testdata/mockserver/cmd/mockserver",
	"oldmdm":     "./testdata/oldmdm/cmd/oldmdm",
	"orbit":      "./cmd/orbit",
	"fakemac":    "./testdata/fakemac/cmd/fakemac",
	"fleetd":     "./testdata/oldmdm/fleetd/cmd/fleetd",
	"Dialog":     "./testdata/swiftdialog/cmd/Dialog",
}

// Build compiles every program into dir. What has not changed costs little:
// the Go build cache knows.
func Build(ctx context.Context, root, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the build folder: %w", err)
	}
	for name, pkg := range programs {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-X main.version="+Version, "-o", filepath.Join(dir, name), pkg)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("building %s: %w\n%s", name, err, out)
		}
	}
	return nil
}

// Root is the top of the project, from where this file was compiled.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "../../..")
}
