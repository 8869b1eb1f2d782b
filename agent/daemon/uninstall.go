package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"fleetmigrate/agent/host"
)

// The names under which macOS knows the agent.
const (
	DaemonLabel  = "com.fleetmigrate.orbit"
	DesktopLabel = "com.fleetmigrate.desktop"
	packageID    = "com.fleetmigrate.pkg"
)

// Where launchd looks for its jobs.
const (
	DaemonPlist  = "/Library/LaunchDaemons/" + DaemonLabel + ".plist"
	DesktopPlist = "/Library/LaunchAgents/" + DesktopLabel + ".plist"
)

// newsyslogConf is the package's; /etc is a link to /private/etc.
const newsyslogConf = "/private/etc/newsyslog.d/com.fleetmigrate.conf"

// Removal takes the agent off a Mac. What it does is its list of steps.
type Removal struct {
	Commands host.Commands
	RootDir  string
	Sessions []int // who is logged in with a desktop
	Daemon   bool  // the daemon itself does it
}

// Step is one thing that is removed.
type Step struct {
	What string
	do   func(context.Context) error
}

// Steps is everything, in order. The log is left. A kill or a power cut between
// any two of them is healed by the next start of the daemon, which finds the
// note: so what starts it goes when nothing is left that tells a secret.
func (r Removal) Steps() []Step {
	var steps []Step
	add := func(what string, do func(context.Context) error) { steps = append(steps, Step{what, do}) }
	remove := func(path string) {
		add("remove "+path, func(context.Context) error { return os.RemoveAll(path) })
	}
	bootout := func(j host.Job) {
		add("unload "+j.Domain+"/"+j.Label, func(ctx context.Context) error { return r.Commands.Bootout(ctx, j) })
	}
	daemon := host.Job{Domain: "system", Label: DaemonLabel}
	add("note in "+r.RootDir+" that the agent leaves", func(context.Context) error { return r.note() })
	if !r.Daemon {
		bootout(daemon)
		add("wait until the daemon has ended", func(ctx context.Context) error { return r.ended(ctx, daemon) })
	}
	remove(filepath.Join(r.Commands.Root, DesktopPlist)) // who logs in from now on starts none
	for _, uid := range r.Sessions {
		bootout(host.GUI(uid, DesktopLabel))
	}
	remove(filepath.Join(r.Commands.Root, newsyslogConf))
	for _, name := range []string{"Fleet Desktop.app", "Dialog.app", "etc", "var"} {
		remove(filepath.Join(r.RootDir, name))
	}
	add("forget the receipt of "+packageID, func(ctx context.Context) error { return r.Commands.ForgetPackage(ctx, packageID) })
	remove(filepath.Join(r.Commands.Root, DaemonPlist))
	remove(filepath.Join(r.RootDir, "bin"))
	remove(filepath.Join(r.RootDir, leavingName))
	add("remove "+r.RootDir+", if nothing else is in it", func(context.Context) error { return removeEmpty(r.RootDir) })
	if r.Daemon { // the last thing that this process does: launchd ends it
		bootout(daemon)
	}
	return steps
}

// removeEmpty removes a folder; somebody else's things in it are left alone.
func removeEmpty(dir string) error {
	err := os.Remove(dir)
	if entries, rerr := os.ReadDir(dir); errors.Is(err, fs.ErrNotExist) || rerr == nil && len(entries) > 0 {
		return nil
	}
	return err
}

// Run does every step, whatever the others come to. told hears of each.
func (r Removal) Run(ctx context.Context, told func(Step, error)) error {
	if err := r.check(); err != nil {
		return err
	}
	var errs []error
	for _, s := range r.Steps() {
		err := s.do(ctx)
		told(s, err)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.What, err))
		}
	}
	return errors.Join(errs...)
}
