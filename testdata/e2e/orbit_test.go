//go:build linux

package e2e

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"howett.net/plist"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/testdata/fakemac"
	"fleetmigrate/testdata/mockserver/store"
)

// asBoth runs a story as root and as an ordinary user; as the latter only where
// nobody is root.
func asBoth(t *testing.T, story func(t *testing.T, uid int)) {
	t.Run("ordinary user", func(t *testing.T) { story(t, nobodyUID) })
	if os.Getuid() == 0 {
		t.Run("root", func(t *testing.T) { story(t, 0) })
	}
}

// TestOrbitOnAFreshMac: the server knows the Mac, the desktop has its token,
// and every file is whose it should be.
func TestOrbitOnAFreshMac(t *testing.T) {
	asBoth(t, func(t *testing.T, uid int) {
		m := newOrbitMac(t, uid).byEnvironment()
		m.start()
		m.awaitHost(func(h store.Host) bool { return h.MDM != nil && h.MDM.Enrolled && h.OSVersion == "macOS 15.1" })
		m.sees("an accepted token", m.accepted)
		require.NoError(t, m.fleet().AwaitRequests(m.ctx, "POST /api/osquery/config", 1))
		h, err := m.fleet().Host(orbitSerial)
		require.NoError(t, err)
		require.Equal(t, "Jo's Mac", h.ComputerName)
		require.Equal(t, oldServer, h.MDM.ServerURL)
		require.True(t, h.MDM.InstalledFromDEP)
		m.sees("a ledger", func() bool { return m.status().Apple.Calls > 0 })
		m.requireModes()
		m.requireNoSecrets()
		m.stop()
	})
}

func (m *orbitMac) requireModes() {
	m.t.Helper()
	user := strconv.Itoa(m.person())
	wants := map[string]struct {
		mode  fs.FileMode
		owner int
	}{
		"var": {fs.ModeDir | 0o755, m.uid}, "var/users": {fs.ModeDir | 0o711, m.uid}, "var/private": {fs.ModeDir | 0o700, m.uid},
		"var/users/" + user: {fs.ModeDir | 0o700, m.person()}, "var/users/" + user + "/identifier": {0o600, m.person()},
		"var/facts.json": {0o644, m.uid}, "var/policy.json": {0o644, m.uid}, "var/status.json": {0o644, m.uid},
		"var/private/node-keys.json": {0o600, m.uid}, "var/private/device-token.json": {0o600, m.uid},
		"var/private/profiles-show.json": {0o600, m.uid}, "var/private/profiles-show.json.lock": {0o600, m.uid},
	}
	require.NoError(m.t, filepath.WalkDir(m.root(), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == m.root() {
			return err
		}
		name, _ := filepath.Rel(m.root(), path)
		if strings.HasPrefix(filepath.Base(name), ".") {
			return nil // being written this very moment
		}
		want, known := wants[name]
		require.True(m.t, known, "%s: nobody knows what it is", name)
		info, err := os.Lstat(path)
		require.NoError(m.t, err)
		require.Equal(m.t, want.mode, info.Mode(), name)
		require.Equal(m.t, want.owner, int(info.Sys().(*syscall.Stat_t).Uid), name)
		return nil
	}))
}

// requireNoSecrets: not in the log, not in what everybody may read, not in the
// arguments of a process.
func (m *orbitMac) requireNoSecrets() {
	m.t.Helper()
	token, err := os.ReadFile(m.tokenFile())
	require.NoError(m.t, err)
	keys, err := os.ReadFile(filepath.Join(m.root(), "var/private/node-keys.json"))
	require.NoError(m.t, err)
	secrets := []string{string(token), orbitSecret, "apple-canary"}
	for _, part := range strings.Split(string(keys), `"`) {
		if len(part) > 20 && !strings.Contains(part, ":") && !strings.Contains(part, "_") {
			secrets = append(secrets, part)
		}
	}
	require.Greater(m.t, len(secrets), 4, "both node keys are among them")
	public := m.said()
	for _, name := range []string{"facts.json", "policy.json", "status.json"} {
		data, err := os.ReadFile(filepath.Join(m.root(), "var", name))
		require.NoError(m.t, err)
		public += string(data)
	}
	calls, err := fakemac.Calls(m.hostRoot())
	require.NoError(m.t, err)
	public += strings.Join(calls, "\n")
	arguments, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", m.pid()))
	require.NoError(m.t, err)
	public += string(arguments)
	for _, s := range secrets {
		require.NotContains(m.t, public, s)
	}
}

// TestOrbitKilledAtEachStep kills the daemon before and after every request of
// its first start, and again at every one that follows a lost token: each time
// the next start heals everything.
func TestOrbitKilledAtEachStep(t *testing.T) {
	for _, when := range []string{"before", "after"} {
		t.Run(when+" the answer", func(t *testing.T) {
			m := newOrbitMac(t, 0).byEnvironment()
			killed := make(chan int, 1)
			var at atomic.Int64
			hook := func(n int) {
				if step := at.Load(); step > 0 && int64(n) >= step && at.CompareAndSwap(step, 0) {
					_ = syscall.Kill(m.pid(), syscall.SIGKILL)
					killed <- n
				}
			}
			if when == "before" {
				m.before.Store(&hook)
			} else {
				m.after.Store(&hook)
			}
			for step := 1; step <= 9; step++ {
				m.start()
				m.counted.Store(0)
				at.Store(int64(step))
				select {
				case <-killed:
				case <-m.ctx.Done():
					require.FailNow(t, "no request to kill it at", "%d: %s", step, m.said())
				}
				m.kill()
				m.start()
				m.sees("everything in order", m.settled)
				m.kill()
				require.NoError(t, m.fleet().Act(orbitSerial, "expire_token"), "and the next start has to make a token")
			}
			require.Equal(t, 1, m.enrollments(), "one enrollment, however often it was killed after the first")
		})
	}
}

// enrollments is how often orbit's key was given out after the first kill.
func (m *orbitMac) enrollments() int {
	return strings.Count(m.said(), "enrolled with the server")
}

// TestOrbitRevoked: the server forgets this Mac (or is another one by now):
// the node key is refused, and orbit enrolls again by itself.
func TestOrbitRevoked(t *testing.T) {
	m := newOrbitMac(t, 0).byEnvironment()
	m.settles()
	m.serve()
	m.sees("everything in order again", m.settled)
	m.says("refused the node key")
	m.stop()
}

// TestOrbitOnAFullDisk: a full disk costs no enrollment and no token, at the
// first start and later; when there is room again, everything is written.
func TestOrbitOnAFullDisk(t *testing.T) {
	m := newOrbitMac(t, 0).byEnvironment() // limiting another user's process takes more than root
	m.settles()
	token, err := os.ReadFile(m.tokenFile())
	require.NoError(t, err)

	m.fullDisk(true)
	require.NoError(t, m.fleet().Act(orbitSerial, "expire_token"))
	m.says("file too large")
	now, err := os.ReadFile(m.tokenFile())
	require.NoError(t, err)
	require.Equal(t, token, now, "the old file is whole")
	require.NoError(t, m.fleet().AwaitRequests(m.ctx, "POST /api/fleet/orbit/config", 5), "the rest goes on")
	m.fullDisk(false)
	m.sees("everything in order", m.settled)

	m.fullDisk(true)
	m.serve() // the keys are refused, and new ones can't be written
	m.sees("an enrollment that is only in memory", func() bool { h, err := m.fleet().Host(orbitSerial); return err == nil && h.MDM != nil })
	m.fullDisk(false)
	m.sees("everything in order", m.settled)
	m.kill()
	before := m.enrollments()
	m.settles()
	m.sees("a configuration", func() bool {
		return m.status().PID == m.pid() && m.status().Server.Answers["config"].Text == "ok"
	})
	require.Equal(t, before, m.enrollments(), "the keys were written after all")
	m.stop()
}

// TestOrbitInAReadOnlyFolder: what can't be written is said, what is there is
// used, and nothing is lost.
func TestOrbitInAReadOnlyFolder(t *testing.T) {
	m := newOrbitMac(t, nobodyUID).byEnvironment()
	m.settles()
	m.stop()
	private := filepath.Join(m.root(), "var/private")
	aside := private + ".aside"
	require.NoError(t, os.Rename(private, aside))
	require.NoError(t, os.WriteFile(private, nil, 0o400)) // no folder can be made here
	cmd := m.command("run")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "preparing "+private)
	require.NoError(t, os.Remove(private))
	require.NoError(t, os.Rename(aside, private))

	m.settles()
	users := filepath.Dir(filepath.Dir(m.tokenFile()))
	m.meanwhile(func() { // the daemon may be writing into it
		require.NoError(t, os.Rename(filepath.Dir(m.tokenFile()), filepath.Join(t.TempDir(), "gone")))
		require.NoError(t, os.Chmod(users, 0o511))
	})
	m.says("permission denied")
	require.NoError(t, os.Chmod(users, 0o711))
	m.sees("everything in order", m.settled)
	m.stop()
}

// TestOrbitSurvivesTheProfile: the old MDM takes its profiles along, in the
// middle of the migration.
func TestOrbitSurvivesTheProfile(t *testing.T) {
	m := newOrbitMac(t, 0)
	profile := options.ManagedFile(m.hostRoot(), options.FleetDomain)
	write := func(keys map[string]any) {
		data, err := plist.Marshal(keys, plist.BinaryFormat)
		require.NoError(t, err)
		require.NoError(t, atomicfile.Write(profile, data, 0o644)) // whole, as macOS does
		m.giveAway()
	}
	m.start() // before the profile is there
	m.sees("trouble", func() bool { return strings.Contains(m.status().Server.Trouble, "no Fleet server is configured") })
	write(map[string]any{"FleetURL": m.http.URL, "EnrollSecret": orbitSecret})
	m.sees("everything in order", m.settled)
	require.NoError(t, os.Remove(profile))
	m.stop()
	m.start()
	m.serve() // even enrolling again is possible
	m.sees("everything in order", m.settled)
	out, code := m.tool("config", "--effective")
	require.Zero(t, code)
	require.Contains(t, out, "kept: a profile, last seen")
	require.NotContains(t, out, orbitSecret)
	write(map[string]any{"FleetURL": "fleet.example.com", "EnrollSecret": orbitSecret})
	m.sees("a problem", func() bool {
		p := m.status().Problems
		return len(p) == 1 && strings.Contains(p[0].Error(), "write it like https://fleet.example.com")
	})
	require.Equal(t, m.http.URL, m.status().Server.URL)
	m.stop()
}

// TestOrbitOpensRemoteManagement: never while the Mac is enrolled, and at once
// when it is not and the server asks.
func TestOrbitOpensRemoteManagement(t *testing.T) {
	m := newOrbitMac(t, 0).byEnvironment()
	m.settles()
	side := func() fakemac.Side {
		s, err := fakemac.ReadSide(m.hostRoot())
		require.NoError(t, err)
		return s
	}
	require.Zero(t, side().Renewals)
	m.edit(func(f *host.Facts) { f.Enrollment = host.Enrollment{ViaDEP: true} })
	m.sees("Remote Management", func() bool { return side().RemoteManagement })
	m.sees("an attempt in the facts", func() bool {
		f, err := host.NewFile(filepath.Join(m.root(), "var/facts.json")).Facts(m.ctx)
		return err == nil && f.Renew.Attempts == 1 && f.ADE.Assigned
	})
	m.kill()
	m.settles()
	m.edit(func(f *host.Facts) {
		f.Enrollment = host.Enrollment{Enrolled: true, ViaDEP: true, ServerURL: m.http.URL + "/mdm/apple/mdm"}
	})
	m.awaitHost(func(h store.Host) bool { return h.MDM.Enrolled && h.MDM.Name == store.NameFleet })
	require.Equal(t, 1, side().Renewals, "a restart does not ask again at once")
	calls, err := fakemac.Calls(m.hostRoot())
	require.NoError(t, err)
	require.Contains(t, strings.Join(calls, "\n"), fmt.Sprintf("launchctl asuser %d ", m.person()), "in the person's context")
	m.stop()
}

// TestOrbitRemovesItself once the Mac is in Fleet; the log stays.
func TestOrbitRemovesItself(t *testing.T) {
	m := newOrbitMac(t, 0).byEnvironment()
	log := filepath.Join(m.dir, "log", "orbit.log")
	m.env = append(m.env, "ORBIT_REMOVE_AFTER_MIGRATION=true", "ORBIT_REMOVE_AFTER=1s", "ORBIT_LOG_FILE="+log)
	gui := "gui/" + strconv.Itoa(m.person()) + "/com.fleetmigrate.desktop"
	require.NoError(t, fakemac.ChangeSide(m.hostRoot(), func(s *fakemac.Side) {
		s.Jobs, s.Receipts = []string{"system/com.fleetmigrate.orbit", gui}, []string{"com.fleetmigrate.pkg"}
	}))
	plists := []string{"Library/LaunchDaemons/com.fleetmigrate.orbit.plist", "Library/LaunchAgents/com.fleetmigrate.desktop.plist"}
	for _, p := range append(plists, "Library/LaunchDaemons/com.fleetdm.orbit.plist") {
		require.NoError(t, os.WriteFile(filepath.Join(m.hostRoot(), p), []byte("x"), 0o644))
	}
	m.giveAway()
	m.settles()
	m.edit(func(f *host.Facts) {
		f.Enrollment = host.Enrollment{Enrolled: true, ServerURL: strings.ToUpper(m.http.URL) + "/mdm/apple/mdm"}
	})
	m.ends()
	require.NoDirExists(t, m.root())
	for _, p := range plists {
		require.NoFileExists(t, filepath.Join(m.hostRoot(), p))
	}
	require.FileExists(t, filepath.Join(m.hostRoot(), "Library/LaunchDaemons/com.fleetdm.orbit.plist"), "nothing of Fleet's own")
	side, err := fakemac.ReadSide(m.hostRoot())
	require.NoError(t, err)
	require.Empty(t, side.Jobs)
	require.Empty(t, side.Receipts)
	data, err := os.ReadFile(log)
	require.NoError(t, err)
	require.Contains(t, string(data), "this log is all that is left")
}

// TestOrbitBesideFleetsOwn: no enrollment and no token of its own; the desktop
// gets Fleet's.
func TestOrbitBesideFleetsOwn(t *testing.T) {
	m := newOrbitMac(t, 0).byEnvironment()
	keys, err := m.fleet().AddHost(mockHost())
	require.NoError(t, err)
	require.NotZero(t, keys.ID)
	theirs := filepath.Join(m.hostRoot(), "opt/orbit/identifier")
	require.NoError(t, os.MkdirAll(filepath.Dir(theirs), 0o755))
	require.NoError(t, os.WriteFile(theirs, []byte(companionToken), 0o644))
	require.NoError(t, fakemac.ChangeSide(m.hostRoot(), func(s *fakemac.Side) { s.Jobs = []string{"system/com.fleetdm.orbit"} }))
	m.giveAway()
	m.start()
	m.sees("Fleet's token", m.accepted)
	m.sees("the mode", func() bool { return m.status().Mode == "companion of Fleet's own agent" })
	m.sees("what Apple says, for the desktop", func() bool {
		f, err := host.NewFile(filepath.Join(m.root(), "var/facts.json")).Facts(m.ctx)
		return err == nil && f.ADE.Assigned && !f.ADE.Unknown
	})
	m.edit(func(f *host.Facts) { f.Enrollment = host.Enrollment{} })
	require.NoError(t, m.fleet().AwaitRequests(m.ctx, "POST /api/latest/fleet/device/{token}/refetch", 1), "the real osqueryd is asked sooner")
	other := "0a0a0a0a-1b1b-4c4c-8d8d-2e2e2e2e2e2e"
	require.NoError(t, os.WriteFile(theirs, []byte(other), 0o644))
	m.sees("the new one", func() bool { data, err := os.ReadFile(m.tokenFile()); return err == nil && string(data) == other })
	require.NotContains(t, m.said(), "enrolled with the server")
	m.stop()
}

// TestOrbitTakesNothingFromStrangers: a folder of facts that somebody else may
// write into, and a person's folder full of traps.
func TestOrbitTakesNothingFromStrangers(t *testing.T) {
	m := newOrbitMac(t, 0).byEnvironment()
	victim := filepath.Join(m.dir, "victim")
	require.NoError(t, os.WriteFile(victim, []byte("precious"), 0o644))
	variable := filepath.Join(m.root(), "var")
	require.NoError(t, os.MkdirAll(filepath.Join(variable, "users"), 0o777))
	for _, name := range []string{"facts.json", "policy.json", "status.json", "users/" + strconv.Itoa(m.person())} {
		require.NoError(t, os.Symlink(victim, filepath.Join(variable, name)))
	}
	require.NoError(t, os.Chmod(variable, 0o777))
	m.giveAway()
	m.settles()
	m.sees("facts", func() bool { return m.status().Apple.Calls > 0 })
	m.requireModes()
	data, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "precious", string(data))
	m.stop()
}

// TestOrbitDoctor: exit code 1 with the fix in a line, 0 when all is well.
func TestOrbitDoctor(t *testing.T) {
	m := newOrbitMac(t, 0)
	out, code := m.tool("doctor")
	require.Equal(t, 1, code)
	require.Contains(t, out, "no Fleet server is configured")
	require.Contains(t, out, "fix: set key FleetURL in a profile for com.fleetdm.fleetd.config")

	m.byEnvironment()
	gui := "gui/" + strconv.Itoa(m.person()) + "/com.fleetmigrate.desktop"
	require.NoError(t, fakemac.ChangeSide(m.hostRoot(), func(s *fakemac.Side) { s.Jobs = []string{"system/com.fleetmigrate.orbit", gui} }))
	m.giveAway()
	m.settles()
	out, code = m.tool("doctor")
	require.Zero(t, code, out)
	require.Contains(t, out, "the server takes it")
	require.Contains(t, out, " 0 failures")
	require.NotContains(t, out, orbitSecret)

	m.edit(func(f *host.Facts) { f.Enrollment = host.Enrollment{} })
	require.NoError(t, m.fleet().Act(orbitSerial, "expire_token"))
	require.NoError(t, os.Chmod(filepath.Join(m.root(), "var/private"), 0o755))
	out, code = m.tool("doctor", "--fleet-url", "http://127.0.0.1:1")
	require.Equal(t, 1, code)
	require.Contains(t, out, "sudo chmod 700 "+filepath.Join(m.root(), "var/private"))
	require.Contains(t, out, "connection refused")
	require.Contains(t, out, "this Mac is in no MDM")
	m.stop()

	secure := httptestTLS(t, http.HandlerFunc(m.handle))
	out, code = m.tool("doctor", "--fleet-url", secure)
	require.Equal(t, 1, code)
	require.Contains(t, out, "certificate signed by unknown authority")
	require.Contains(t, out, "the chain that was sent: O=Acme Co issued by O=Acme Co")
}
