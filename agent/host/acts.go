package host

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// The commands that take an argument from elsewhere. Each checks it, so that
// none can be read as an option or as another domain.
const (
	launchctl = "/bin/launchctl"
	profiles  = "/usr/bin/profiles"
	pkgutil   = "/usr/sbin/pkgutil"
	codesign  = "/usr/bin/codesign"
)

// RenewEnrollment runs `profiles renew -type enrollment` in the context of the
// person at the screen, where macOS shows what comes of it. launchctl asuser
// changes the context and not the user: profiles needs root. It returns long
// before the person has done anything.
func (c Commands) RenewEnrollment(ctx context.Context, uid int) error {
	if uid <= 0 {
		return fmt.Errorf("renewing the enrollment: nobody is at the screen")
	}
	return c.do(ctx, "renewing the enrollment", launchctl, "asuser", strconv.Itoa(uid), c.path(profiles), "renew", "-type", "enrollment")
}

// Job is a launchd job by its domain ("system" or "gui/501") and label.
type Job struct{ Domain, Label string }

// GUI is a job in the session of a user.
func GUI(uid int, label string) Job { return Job{"gui/" + strconv.Itoa(uid), label} }

var jobForm = regexp.MustCompile(`^(system|gui/[0-9]+)/[A-Za-z0-9][A-Za-z0-9._-]*$`)

func (j Job) target() (string, error) {
	target := j.Domain + "/" + j.Label
	if !jobForm.MatchString(target) {
		return "", fmt.Errorf("%q is not the name of a launchd job", target)
	}
	return target, nil
}

// JobState is what launchd says of a job.
type JobState struct {
	Loaded, Running bool
	LastExit        string // as launchd words it; "" if not told
}

var jobLine = regexp.MustCompile(`(?m)^\s*(state|last exit code) = (.*)$`)

// Job asks launchd for a job. One that is not loaded is an answer.
func (c Commands) Job(ctx context.Context, j Job) (JobState, error) {
	target, err := j.target()
	if err != nil {
		return JobState{}, err
	}
	out, err := c.exec(ctx, []string{launchctl, "print", target})
	if err != nil || out.Code != 0 {
		return JobState{}, err
	}
	s := JobState{Loaded: true}
	for _, m := range jobLine.FindAllStringSubmatch(out.Stdout, -1) {
		switch m[1] {
		case "state":
			s.Running = s.Running || m[2] == "running"
		case "last exit code":
			s.LastExit = m[2]
		}
	}
	return s, nil
}

// Bootout ends a job and unloads it. One that is not loaded is fine.
func (c Commands) Bootout(ctx context.Context, j Job) error {
	target, err := j.target()
	if err != nil {
		return err
	}
	if s, err := c.Job(ctx, j); err == nil && !s.Loaded {
		return nil
	}
	return c.do(ctx, "unloading "+target, launchctl, "bootout", target)
}

var packageForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// ForgetPackage removes a package's receipt. One that is not there is fine.
func (c Commands) ForgetPackage(ctx context.Context, id string) error {
	if !packageForm.MatchString(id) {
		return fmt.Errorf("%q is not the identifier of a package", id)
	}
	if out, err := c.exec(ctx, []string{pkgutil, "--pkg-info", id}); err == nil && out.Code != 0 {
		return nil
	}
	return c.do(ctx, "forgetting the package "+id, pkgutil, "--forget", id)
}

var teamLine = regexp.MustCompile(`(?m)^TeamIdentifier=(\S+)$`)

// Team verifies the signature of a program or bundle and gives the team that
// signed it.
func (c Commands) Team(ctx context.Context, path string) (string, error) {
	if !filepath.IsAbs(path) {
		return "", fmt.Errorf("%q is not an absolute path", path)
	}
	if err := c.do(ctx, "verifying the signature of "+path, codesign, "--verify", "--strict", path); err != nil {
		return "", err
	}
	out, err := c.exec(ctx, []string{codesign, "--display", "--verbose=2", path})
	if err != nil {
		return "", err
	}
	m := teamLine.FindStringSubmatch(out.Stderr)
	if m == nil || m[1] == "not" { // "TeamIdentifier=not set": signed by nobody in particular
		return "", fmt.Errorf("%s is signed, but by no team", path)
	}
	return m[1], nil
}

// do runs a command that should end well, and quotes its last words if it does not.
func (c Commands) do(ctx context.Context, doing string, argv ...string) error {
	out, err := c.exec(ctx, argv)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if out.Code != 0 {
		return fmt.Errorf("%s: %s ended with status %d: %s", doing, filepath.Base(argv[0]), out.Code, lastWords(out))
	}
	return nil
}

const maxWords = 200

func lastWords(out Output) string {
	words := strings.Join(strings.Fields(out.Stderr+" "+out.Stdout), " ")
	return words[:min(len(words), maxWords)]
}
