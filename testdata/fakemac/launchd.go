package fakemac

import (
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

func (m *mac) launchctl(args []string) int {
	if len(args) < 2 {
		return m.fail(1, "Usage: launchctl <subcommand> ...")
	}
	switch args[0] {
	case "asuser":
		return m.asUser(args[1:])
	case "print":
		return m.printJob(args[1])
	case "bootout":
		return m.bootout(args[1])
	}
	return m.fail(1, "launchctl: this stand-in does not know %q", args[0])
}

// asUser runs a command in the context of a user who is logged in at the screen.
func (m *mac) asUser(args []string) int {
	if uid, err := strconv.Atoi(args[0]); err != nil || uid != m.facts.ConsoleUser.UID || m.facts.ConsoleUser.Name == "" || len(args) < 2 {
		return m.fail(1, "Could not switch to audit session 0x0: 1: Operation not permitted")
	}
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Stdout, cmd.Stderr = m.out, m.errOut
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		return m.fail(1, "launchctl: %v", err)
	}
	return 0
}

func (m *mac) printJob(target string) int {
	if !slices.Contains(m.side.Jobs, target) {
		i := strings.LastIndex(target, "/")
		return m.fail(113, "Bad request.\nCould not find service \"%s\" in domain for %s", target[i+1:], strings.ReplaceAll(target[:max(0, i)], "gui/", "user gui: "))
	}
	m.print("%s = {\n\tactive count = 1\n\ttype = LaunchDaemon\n\tstate = running\n\n\tpid = 512\n\timmediate reason = semaphore\n\tlast exit code = (never exited)\n}\n", target)
	return 0
}

func (m *mac) bootout(target string) int {
	found := false
	err := ChangeSide(m.root, func(s *Side) {
		i := slices.Index(s.Jobs, target)
		if found = i >= 0; found {
			s.Jobs = slices.Delete(s.Jobs, i, i+1)
		}
	})
	switch {
	case err != nil:
		return m.fail(64, "fakemac: %v", err)
	case !found:
		return m.fail(3, "Boot-out failed: 3: No such process")
	}
	return 0
}

func (m *mac) pkgutil(args []string) int {
	if len(args) != 2 || args[0] != "--pkg-info" && args[0] != "--forget" {
		return m.fail(1, "pkgutil: this stand-in does not know %q", strings.Join(args, " "))
	}
	id := args[1]
	if !slices.Contains(m.side.Receipts, id) {
		return m.fail(1, "No receipt for '%s' found at '/'.", id)
	}
	if args[0] == "--pkg-info" {
		m.print("package-id: %s\nversion: 1.0.0\nvolume: /\nlocation: /\ninstall-time: 1767323045\n", id)
		return 0
	}
	err := ChangeSide(m.root, func(s *Side) { s.Receipts = slices.DeleteFunc(s.Receipts, func(r string) bool { return r == id }) })
	if err != nil {
		return m.fail(64, "fakemac: %v", err)
	}
	m.print("Forgot package '%s' on '/'.\n", id)
	return 0
}

func (m *mac) codesign(args []string) int {
	path := args[len(args)-1]
	team, signed := m.side.Teams[path]
	switch {
	case !signed:
		return m.fail(1, "%s: code object is not signed at all", path)
	case args[0] == "--display":
		m.fail(0, "Executable=%s\nIdentifier=au.csdnet.dialog\nFormat=app bundle with Mach-O universal (x86_64 arm64)\nSignature size=9012\nTeamIdentifier=%s", path, team)
	}
	return 0
}
