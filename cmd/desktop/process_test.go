//go:build linux

package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
	standin "fleetmigrate/testdata/swiftdialog"
)

// Everything that can be missing at the start comes one after the other. The
// process says what it misses, in the menu and the log, and goes on.
func TestWhatIsMissingMayComeLater(t *testing.T) {
	s := newSession(t)
	p := s.start()
	s.sees("No Fleet server is configured", false)
	p.says("no usable Fleet server is configured")

	require.NoError(t, policy.Save(s.path("policy.json"), policy.Policy{FleetURL: server(t, forced), ForcedInterval: policy.Duration(time.Second)}))
	s.sees("Waiting for the device token", false)
	p.says("identifier is not there yet; orbit writes it")

	s.write("identifier", token)
	s.sees("Migrate to Fleet", true)
	s.sees("My device", true)
	p.says("swiftDialog is not there")

	s.dialog(standin.Control{Profile: "3.1.0"})
	window := s.window(func(tr standin.Transcript) bool { return tr.Options != nil })
	require.NoError(t, p.stop(), p.log())
	require.ErrorIs(t, syscall.Kill(window.PID, 0), syscall.ESRCH, "it went along")
	require.NotContains(t, p.log(), token)
	require.Contains(t, p.log(), "Fleet Desktop stopped")
}

// A configuration that can't work is named in the menu and the log, without the
// password that somebody put into it.
func TestBadConfigurationIsNoExit(t *testing.T) {
	for name, c := range map[string]struct{ env, says string }{
		"password": {"FLEET_DESKTOP_FLEET_URL=https://jo:geheim@fleet.example.com", "must not hold a user name or password"},
		"http":     {"FLEET_DESKTOP_FLEET_URL=http://fleet.example.com", "is not encrypted; use https"},
		"no URL":   {"FLEET_DESKTOP_FLEET_URL=geheim://", "needs a scheme and a host"},
		"root CA":  {"FLEET_DESKTOP_FLEET_ROOT_CA=/no/such/ca.pem", "reading root CA file"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			p := s.start("FLEET_DESKTOP_FLEET_URL=https://fleet.example.com", c.env)
			s.sees("No Fleet server is configured", false)
			p.says(c.says)
			require.NotContains(t, p.log(), "geheim@")
			require.NoError(t, p.stop(), p.log())
		})
	}
}

func TestSecondInstanceLeaves(t *testing.T) {
	s := newSession(t)
	first := s.start()
	first.says("Fleet Desktop starts")
	second := s.start()
	require.ErrorContains(t, second.end(), "exit status 1")
	require.Contains(t, second.log(), "already running for this user")
	require.NoError(t, first.stop(), first.log())
	third := s.start()
	third.says("Fleet Desktop starts")
	require.NoError(t, third.stop(), third.log())
}

// A window that hangs does not keep the desktop from going, nor stays behind.
func TestStopTakesAHungDialogAlong(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			s := newSession(t)
			s.write("identifier", token)
			s.dialog(standin.Control{Profile: "3.1.0", Ends: []standin.End{{How: "hang"}}})
			p := s.start("FLEET_DESKTOP_FLEET_URL=" + server(t, forced))
			window := s.window(func(tr standin.Transcript) bool { return tr.Ending == "hang" })
			require.NoError(t, p.Process.Signal(signal))
			require.NoError(t, p.end())
			require.NotContains(t, p.log(), "did not stop in time")
			require.ErrorIs(t, syscall.Kill(window.PID, 0), syscall.ESRCH)
		})
	}
}

// A window that outlived a killed desktop is closed by the next one, and the
// page with the token goes too.
func TestKilledDesktopIsTidiedUp(t *testing.T) {
	s := newSession(t)
	s.write("identifier", token)
	s.dialog(standin.Control{Profile: "2.5.6"}) // it does not notice that nobody owns it
	url := server(t, forced)
	p := s.start("FLEET_DESKTOP_FLEET_URL=" + url)
	orphan := s.window(func(tr standin.Transcript) bool { return tr.Options != nil })
	s.write("state/open.html", token)
	require.NoError(t, p.Process.Kill())
	require.Error(t, p.end())

	next := s.start("FLEET_DESKTOP_FLEET_URL=" + url)
	next.says("dialogs of an agent that was killed are closed")
	require.Eventually(t, func() bool { return syscall.Kill(orphan.PID, 0) != nil || zombie(orphan.PID) }, patience, 10*time.Millisecond)
	require.NoFileExists(t, s.path("state/open.html"))
	require.NoError(t, next.stop())
}

// zombie reports a process that ended and that its parent, here whatever
// adopted it, has not looked at yet.
func zombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func TestNoClickIsLost(t *testing.T) {
	opened := opener(t, "")
	s := newSession(t)
	s.env = append(s.env, "PATH="+os.Getenv("PATH"))
	s.write("identifier", token)
	p := s.start("FLEET_DESKTOP_FLEET_URL=" + server(t, `{}`))
	s.sees("My device", true)
	const clicks = 20
	done := make(chan error, clicks)
	for range clicks {
		go func() { done <- s.tray.Click(s.ctx, "My device") }()
	}
	for range clicks {
		require.NoError(t, <-done)
	}
	require.Eventually(t, func() bool {
		data, _ := os.ReadFile(opened)
		return strings.Count(string(data), "open.html\n") == clicks
	}, patience, 10*time.Millisecond)
	require.NoError(t, p.stop(), p.log())
	require.NoFileExists(t, s.path("state/open.html"))
}

// The token is read anew for every call, and a new one is tried at once.
func TestTokenIsWatched(t *testing.T) {
	s := newSession(t)
	s.write("identifier", "an-old-token-1234")
	p := s.start("FLEET_DESKTOP_FLEET_URL="+server(t, `{"notifications":{"needs_mdm_migration":true}}`), "FLEET_DESKTOP_POLL_INTERVAL=1h")
	p.says("401")
	s.write("identifier", token)
	s.sees("Migrate to Fleet", true)
	require.NoError(t, p.stop(), p.log())
}
