package packaging

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Apple says which of Apple's own tools to run; the zero value runs none. They
// are on Macs with Xcode's command line tools only.
type Apple struct {
	// CodesignIdentity is the "Developer ID Application" identity in the keychain
	// that orbit and Fleet Desktop are signed with, with the hardened runtime and
	// a timestamp. Such a package differs from run to run.
	CodesignIdentity string
	// NotaryProfile is a profile of `notarytool store-credentials`; with it the
	// package is notarized and the ticket stapled to it.
	NotaryProfile string
	// Run runs a command and gives what it printed; nil runs it on this computer.
	Run func(ctx context.Context, command string, args ...string) ([]byte, error)
}

// The tools, and what they may take: Apple's notary service answers within
// minutes on a good day.
const (
	codesignTool = "/usr/bin/codesign"
	xcrunTool    = "/usr/bin/xcrun"
	codesignTime = 2 * time.Minute
	notaryTime   = time.Hour
)

// check finds out before anything is done that a tool is missing.
func (a Apple) check() error {
	if a.Run != nil {
		return nil
	}
	for tool, wanted := range map[string]bool{codesignTool: a.CodesignIdentity != "", xcrunTool: a.NotaryProfile != ""} {
		if _, err := os.Stat(tool); wanted && err != nil {
			return fmt.Errorf("looking for %s: %w; signing code and notarizing need a Mac with Xcode's command line tools (xcode-select --install)", tool, err)
		}
	}
	return nil
}

func (a Apple) run(ctx context.Context, limit time.Duration, tool string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run := a.Run
	if run == nil {
		run = func(ctx context.Context, command string, args ...string) ([]byte, error) {
			return exec.CommandContext(ctx, command, args...).CombinedOutput()
		}
	}
	out, err := run(ctx, tool, args...)
	if err != nil {
		return fmt.Errorf("running %s %s: %w: %s", filepath.Base(tool), args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}

// notarize sends the package to Apple and staples the ticket to it.
func (a Apple) notarize(ctx context.Context, pkg string) error {
	if a.NotaryProfile == "" {
		return nil
	}
	err := a.run(ctx, notaryTime, xcrunTool, "notarytool", "submit", pkg, "--keychain-profile", a.NotaryProfile, "--wait")
	if err != nil {
		return err
	}
	return a.run(ctx, codesignTime, xcrunTool, "stapler", "staple", pkg)
}

// sign signs a program or an app in place.
func (a Apple) sign(ctx context.Context, target, identifier string) error {
	return a.run(ctx, codesignTime, codesignTool, "--force", "--options", "runtime", "--timestamp",
		"--identifier", identifier, "--sign", a.CodesignIdentity, target)
}
