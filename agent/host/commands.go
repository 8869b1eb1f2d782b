package host

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

//go:embed fullscreen.js
var fullScreenScript string

// Tool names one of macOS's commands.
type Tool string

// table is every command this package runs to ask something, by absolute path,
// with its whole argument list: nothing is looked up on PATH, and nothing from
// outside ever becomes an argument here. What changes something, and needs a
// user id, a label or a path, is in acts.go.
var table = map[Tool][]string{
	"profiles-status": {"/usr/bin/profiles", "status", "-type", "enrollment"},
	"profiles-show":   {"/usr/bin/profiles", "show", "-type", "enrollment"},
	"hardware":        {"/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"},
	"session":         {"/usr/sbin/ioreg", "-n", "Root", "-d1", "-a"},
	"os-version":      {"/usr/bin/sw_vers", "-productVersion"},
	"computer-name":   {"/usr/sbin/scutil", "--get", "ComputerName"},
	"appearance":      {"/usr/bin/defaults", "read", "-g", "AppleInterfaceStyle"},
	"languages":       {"/usr/bin/defaults", "read", "-g", "AppleLanguages"},
	"locale":          {"/usr/bin/defaults", "read", "-g", "AppleLocale"},
	"24-hours":        {"/usr/bin/defaults", "read", "-g", "AppleICUForce24HourTime"},
	"12-hours":        {"/usr/bin/defaults", "read", "-g", "AppleICUForce12HourTime"},
	"assertions":      {"/usr/bin/pmset", "-g", "assertions"},
	"camera":          {"/usr/sbin/ioreg", "-rd1", "-c", "AppleH13CamIn"},
	"profiles-list":   {"/usr/bin/profiles", "-C", "-o", "stdout-xml"},
	"os-build":        {"/usr/bin/sw_vers", "-buildVersion"},
	"host-name":       {"/usr/sbin/scutil", "--get", "LocalHostName"},
	"full-screen":     {"/usr/bin/osascript", "-l", "JavaScript", "-e", fullScreenScript},
	"sizes":           {"/usr/sbin/sysctl", "-n", "hw.memsize", "hw.physicalcpu", "hw.logicalcpu", "machdep.cpu.brand_string"},
}

const (
	commandTimeout = 10 * time.Second
	maxOutput      = 16 << 20 // profiles prints all that is in every profile: fonts and pictures, too
)

// Commands runs macOS's commands. Root is "/" on a Mac; elsewhere a folder
// with stand-ins at the same paths.
type Commands struct{ Root string }

// Output is what a command printed.
type Output struct {
	Stdout, Stderr string
	Code           int
}

// Run runs a command of the table. A command that ends with a status other
// than 0 has an answer too; only one that could not be run is an error.
func (c Commands) Run(ctx context.Context, tool Tool) (Output, error) {
	argv, ok := table[tool]
	if !ok {
		return Output{}, fmt.Errorf("%q is not in the table of commands", tool)
	}
	return c.exec(ctx, argv)
}

func (c Commands) exec(ctx context.Context, argv []string) (Output, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.path(argv[0]), argv[1:]...)
	cmd.Env = []string{"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LANG=C"}
	cmd.WaitDelay = time.Second
	var stdout, stderr capped
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return Output{}, fmt.Errorf("running %s: no answer within %s", argv[0], commandTimeout)
	case ctx.Err() != nil: // whoever asked does not want to know any more
		return Output{}, fmt.Errorf("running %s: %w", argv[0], ctx.Err())
	case err != nil && !errors.As(err, &exit):
		return Output{}, fmt.Errorf("running %s: %w", argv[0], err)
	}
	return Output{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, nil
}

func (c Commands) path(absolute string) string {
	if c.Root == "" || c.Root == "/" {
		return absolute
	}
	return filepath.Join(c.Root, absolute)
}

// capped keeps so much of the beginning and drops the rest without failing.
type capped struct{ bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.Len(); room > 0 {
		c.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
