package packaging_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	daemonStart = "launchctl enable system/com.fleetmigrate.orbit\n" +
		"launchctl bootstrap system /Library/LaunchDaemons/com.fleetmigrate.orbit.plist\n" +
		"launchctl kickstart system/com.fleetmigrate.orbit\n"
	agentStart = "launchctl enable gui/UID/com.fleetmigrate.desktop\n" +
		"launchctl bootstrap gui/UID /Library/LaunchAgents/com.fleetmigrate.desktop.plist\n" +
		"launchctl kickstart gui/UID/com.fleetmigrate.desktop\n"
)

func starts(uid string) string { return strings.ReplaceAll(agentStart, "UID", uid) }

// install runs both scripts in their order.
func (m *mac) install() (calls string) {
	m.t.Helper()
	return m.script("package/preinstall") + m.script("package/postinstall")
}

func TestInstallStartsTheDaemonAndEverySession(t *testing.T) {
	for name, c := range map[string]struct {
		setup       func(*mac)
		want, never []string
	}{
		"nobody is logged in": {nil, []string{daemonStart}, []string{"bootstrap gui/"}},
		"at Setup Assistant": {func(m *mac) { m.session(248, true) },
			[]string{daemonStart}, []string{"bootstrap gui/"}},
		"at the login window over a session": {func(m *mac) { m.session(501, false); m.write("console", "0\n", 0o644) },
			[]string{daemonStart, starts("501")}, nil},
		"one person": {func(m *mac) { m.session(501, true) },
			[]string{daemonStart, starts("501")}, nil},
		"several sessions": {func(m *mac) { m.session(501, false); m.session(1205, true); m.session(502, false) },
			[]string{daemonStart, starts("501"), starts("502"), starts("1205")}, nil},
		"a person without a session, by ssh": {func(m *mac) {
			m.write("ps", "  503 /System/Library/CoreServices/Finder.app/Contents/MacOS/Finder\n", 0o644)
		},
			[]string{daemonStart}, []string{"bootstrap gui/"}},
		"a running older version that is slow to go": {func(m *mac) {
			m.session(501, true)
			m.write("launchctl/loaded/system_com.fleetmigrate.orbit", "", 0o644)
			m.write("launchctl/loaded/gui_501_com.fleetmigrate.desktop", "", 0o644)
			m.write("launchctl/slow", "3", 0o644)
		}, []string{"launchctl bootout system/com.fleetmigrate.orbit\n", "sleep 1\n", daemonStart, starts("501")}, nil},
		"a running older version that outlives the wait": {func(m *mac) {
			m.write("launchctl/loaded/system_com.fleetmigrate.orbit", "", 0o644)
			m.write("launchctl/slow", "24", 0o644)
		}, []string{"launchctl kickstart system/com.fleetmigrate.orbit\n"}, nil},
		"launchd is still busy": {func(m *mac) { m.write("launchctl/busy", "4", 0o644) },
			[]string{strings.Repeat("launchctl bootstrap system /Library/LaunchDaemons/com.fleetmigrate.orbit.plist\nlaunchctl print system/com.fleetmigrate.orbit\nsleep 1\n", 4), "launchctl kickstart system/com.fleetmigrate.orbit\n"}, nil},
		"it was disabled by hand": {func(m *mac) {
			m.write("launchctl/disabled/system_com.fleetmigrate.orbit", "", 0o644)
		}, []string{daemonStart}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMac(t, c.setup)
			for _, again := range []string{"first", "again"} { // installing twice ends the same
				calls := m.install()
				if again == "first" {
					for _, want := range c.want {
						require.Contains(t, calls, want)
					}
				}
				for _, never := range c.never {
					require.NotContains(t, calls, never)
				}
				require.True(t, m.exists("launchctl/loaded/system_com.fleetmigrate.orbit"), again)
			}
		})
	}
}

func TestInstallLeavesURLAndSecretForOrbit(t *testing.T) {
	m := newMac(t, nil)
	m.write("opt/fleet-migrate/etc/enroll-secret", "old", 0o644)
	m.write("opt/fleet-migrate/leaving", "", 0o600)
	m.install()
	require.False(t, m.exists("opt/fleet-migrate/leaving"), "a removal that was cut off must not go on after it")
	for name, want := range map[string]struct {
		body string
		mode os.FileMode
	}{"fleet-url": {"https://fleet.example.com\n", 0o644}, "enroll-secret": {"s3cret-s3cret\n", 0o600}} {
		file := filepath.Join(m.root, "opt/fleet-migrate/etc", name)
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, want.body, string(raw))
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.Equal(t, want.mode, info.Mode())
	}
	left, err := filepath.Glob(filepath.Join(m.root, "opt/fleet-migrate/etc/*"))
	require.NoError(t, err)
	require.Len(t, left, 2)
}

// On a clean Mac there is no /opt: what is written there must not become a file
// of a folder's name.
func TestPreinstallOnACleanMac(t *testing.T) {
	m := newMac(t, func(m *mac) { m.write("Library/LaunchDaemons/com.fleetdm.orbit.plist", "", 0o644) })
	require.NoError(t, os.RemoveAll(filepath.Join(m.root, "opt")))
	m.script("package/preinstall")
	raw, err := os.ReadFile(filepath.Join(m.root, "opt/fleet-migrate/etc/companion"))
	require.NoError(t, err)
	require.Equal(t, "on\n", string(raw))
}

func TestAPackageWithoutThemKeepsWhatIsThere(t *testing.T) {
	m := newMac(t, nil)
	require.NoError(t, os.Remove(filepath.Join(m.scripts, "fleet-url")))
	require.NoError(t, os.Remove(filepath.Join(m.scripts, "enroll-secret")))
	m.write("opt/fleet-migrate/etc/fleet-url", "https://before.example.com\n", 0o644)
	m.install()
	raw, err := os.ReadFile(filepath.Join(m.root, "opt/fleet-migrate/etc/fleet-url"))
	require.NoError(t, err)
	require.Equal(t, "https://before.example.com\n", string(raw))
}

func TestAFailureToConfigureFailsTheInstallation(t *testing.T) {
	m := newMac(t, nil)
	require.NoError(t, os.RemoveAll(filepath.Join(m.root, "opt/fleet-migrate/etc")))
	_, out, err := m.try("package/postinstall", "/")
	require.Error(t, err)
	require.Contains(t, out, "could not write")
}

func TestAJobThatDoesNotStartDoesNotFailTheInstallation(t *testing.T) {
	m := newMac(t, func(m *mac) { m.session(501, true); m.write("launchctl/busy", "999", 0o644) })
	calls, out, err := m.try("package/postinstall", "/")
	require.NoError(t, err)
	require.Contains(t, out, "com.fleetmigrate.orbit did not start in system; it will at the next restart or login")
	require.Equal(t, 60, strings.Count(calls, "launchctl bootstrap"), "30 tries each")
}

func TestAnotherVolumeIsLeftAlone(t *testing.T) {
	m := newMac(t, func(m *mac) { m.session(501, true) })
	volume := t.TempDir()
	for _, dir := range []string{"/opt/fleet-migrate/etc", "/Library/LaunchAgents"} {
		require.NoError(t, os.MkdirAll(filepath.Join(volume+m.root, dir), 0o755))
	}
	for _, name := range []string{"package/preinstall", "package/postinstall"} {
		calls, out, err := m.try(name, volume)
		require.NoError(t, err, out)
		require.NotContains(t, calls, "launchctl")
	}
	require.FileExists(t, filepath.Join(volume+m.root, "opt/fleet-migrate/etc/enroll-secret"))
	require.False(t, m.exists("opt/fleet-migrate/etc/enroll-secret"))
}

// Nothing of a genuine fleetd is touched; it selects companion mode.
func TestFleetdSelectsCompanionMode(t *testing.T) {
	fleetd := func(m *mac) {
		require.NoError(t, os.MkdirAll(filepath.Join(m.root, "opt/orbit/bin/orbit"), 0o755))
		m.write("Library/LaunchDaemons/com.fleetdm.orbit.plist", "fleetd's", 0o644)
		m.write("receipts/com.fleetdm.orbit.base.pkg", "", 0o644)
		m.write("opt/orbit/identifier", "fleetd's", 0o644)
	}
	t.Run("loaded", func(t *testing.T) {
		m := newMac(t, fleetd)
		calls := m.install()
		require.True(t, m.exists("opt/fleet-migrate/etc/companion"))
		require.NotContains(t, calls, "launchctl bootout system/com.fleetdm")
		for _, name := range []string{"Library/LaunchDaemons/com.fleetdm.orbit.plist", "opt/orbit/identifier"} {
			raw, err := os.ReadFile(filepath.Join(m.root, name))
			require.NoError(t, err)
			require.Equal(t, "fleetd's", string(raw), name)
		}
		calls = m.script("opt/fleet-migrate/bin/uninstall")
		require.NotContains(t, calls, "fleetdm")
		require.True(t, m.exists("opt/orbit/identifier"))
		require.True(t, m.exists("receipts/com.fleetdm.orbit.base.pkg"))
	})
	t.Run("its receipt and program alone", func(t *testing.T) {
		m := newMac(t, fleetd)
		require.NoError(t, os.Remove(filepath.Join(m.root, "Library/LaunchDaemons/com.fleetdm.orbit.plist")))
		m.install()
		require.True(t, m.exists("opt/fleet-migrate/etc/companion"))
	})
	t.Run("a receipt that an uninstalled fleetd left", func(t *testing.T) {
		m := newMac(t, func(m *mac) { m.write("receipts/com.fleetdm.orbit.base.pkg", "", 0o644) })
		m.write("opt/fleet-migrate/etc/companion", "on\n", 0o644)
		m.install()
		require.False(t, m.exists("opt/fleet-migrate/etc/companion"), "it was so once, and is no more")
	})
	t.Run("its server is taken over where none is given", func(t *testing.T) {
		m := newMac(t, fleetd)
		require.NoError(t, os.Remove(filepath.Join(m.scripts, "fleet-url")))
		m.write("fleetd-url", "https://fleetd.example.com\n", 0o644)
		m.install()
		raw, err := os.ReadFile(filepath.Join(m.root, "opt/fleet-migrate/etc/fleet-url"))
		require.NoError(t, err)
		require.Equal(t, "https://fleetd.example.com\n", string(raw))
	})
}

// An older orbit that runs meanwhile watches the file: were it gone for a moment,
// it would enroll in the place of fleetd.
func TestCompanionIsNotGoneForAMoment(t *testing.T) {
	m := newMac(t, func(m *mac) {
		m.write("Library/LaunchDaemons/com.fleetdm.orbit.plist", "fleetd's", 0o644)
		m.write("opt/fleet-migrate/etc/companion", "on\n", 0o644)
		for _, tool := range []string{"rm", "mv"} {
			m.write("bin/"+tool, "#!/bin/bash\n/bin/"+tool+" \"$@\"\n[ \"$(cat \"$MAC/opt/fleet-migrate/etc/companion\")\" = on ] || touch \"$MAC/gone\"\n", 0o755)
		}
		m.write("bin/pkgutil", "#!/bin/bash\n[ -s \"$MAC/opt/fleet-migrate/etc/companion\" ] || touch \"$MAC/gone\"\n", 0o755)
	})
	m.script("package/preinstall")
	require.False(t, m.exists("gone"))
	raw, err := os.ReadFile(filepath.Join(m.root, "opt/fleet-migrate/etc/companion"))
	require.NoError(t, err)
	require.Equal(t, "on\n", string(raw))
	left, err := os.ReadDir(filepath.Join(m.root, "opt/fleet-migrate/etc"))
	require.NoError(t, err)
	require.Len(t, left, 1)
}

func TestAServerOfFleetdThatIsNoneIsNotTakenOver(t *testing.T) {
	m := newMac(t, func(m *mac) { m.write("Library/LaunchDaemons/com.fleetdm.orbit.plist", "fleetd's", 0o644) })
	require.NoError(t, os.Remove(filepath.Join(m.scripts, "fleet-url")))
	m.write("fleetd-url", "\n", 0o644)
	m.install()
	require.False(t, m.exists("opt/fleet-migrate/etc/fleet-url"))
}

// Installer may run the scripts from anywhere, install on a disk of any name,
// and an MDM's agent sets next to nothing in the environment.
func TestScriptsInOddPlaces(t *testing.T) {
	m := newMac(t, nil)
	require.NoError(t, os.Rename(m.scripts, filepath.Join(m.root, "it's a $package")))
	volume := filepath.Join(t.TempDir(), "it's a \"disk\" * $HOME")
	require.NoError(t, os.MkdirAll(filepath.Join(volume+m.root, "opt/fleet-migrate/etc"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(volume+m.root, "Library/LaunchDaemons"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(volume+m.root, "Library/LaunchDaemons/com.fleetdm.orbit.plist"), nil, 0o644))
	for _, name := range []string{"preinstall", "postinstall"} {
		cmd := exec.Command("/usr/bin/env", "-i", "MAC="+m.root, "/bin/sh", filepath.Join(m.root, "it's a $package", name), "/a package.pkg", volume, volume, "/")
		cmd.Dir = "/"
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, string(said))
		require.NotContains(t, string(said), "not found")
	}
	for name, want := range map[string]string{"fleet-url": "https://fleet.example.com\n", "enroll-secret": "s3cret-s3cret\n", "companion": "on\n"} {
		raw, err := os.ReadFile(filepath.Join(volume+m.root, "opt/fleet-migrate/etc", name))
		require.NoError(t, err)
		require.Equal(t, want, string(raw))
	}
}

func TestUninstallRemovesEverythingButLogs(t *testing.T) {
	m := newMac(t, func(m *mac) { m.session(501, true); m.session(502, false) })
	m.install()
	m.write("receipts/com.fleetmigrate.pkg", "", 0o644)
	m.write("private/var/log/fleet-migrate/orbit.log", "", 0o644)
	calls := m.script("opt/fleet-migrate/bin/uninstall")
	for _, want := range []string{"bootout gui/501/com.fleetmigrate.desktop", "bootout gui/502/com.fleetmigrate.desktop", "pkgutil --forget com.fleetmigrate.pkg"} {
		require.Contains(t, calls, want)
	}
	for _, gone := range []string{"opt/fleet-migrate", "Library/LaunchDaemons/com.fleetmigrate.orbit.plist", "Library/LaunchAgents/com.fleetmigrate.desktop.plist", "private/etc/newsyslog.d/com.fleetmigrate.conf", "receipts/com.fleetmigrate.pkg"} {
		require.False(t, m.exists(gone), gone)
	}
	require.True(t, m.exists("private/var/log/fleet-migrate/orbit.log"))
}

// A daemon that lives on keeps what profiles say, the secret too, as soon as its
// files go: it must be gone before them.
func TestUninstallWaitsForTheDaemonToBeGone(t *testing.T) {
	m := newMac(t, nil)
	m.install()
	m.write("launchctl/slow", "3", 0o644)
	m.write("launchctl/keeps", filepath.Join(m.root, "opt/fleet-migrate/var/private"), 0o644)
	calls := m.script("opt/fleet-migrate/bin/uninstall")
	require.Equal(t, 3, strings.Count(calls, "sleep 1\n"))
	require.False(t, m.exists("opt/fleet-migrate"))
}

func TestUninstallThatIsCutOffIsRunAgain(t *testing.T) {
	m := newMac(t, nil)
	m.install()
	pkgutil, err := os.ReadFile(filepath.Join(m.root, "bin/pkgutil"))
	require.NoError(t, err)
	m.write("bin/pkgutil", "#!/bin/sh\nkill -9 $PPID\n", 0o755)
	_, _, err = m.try("opt/fleet-migrate/bin/uninstall", "/")
	require.ErrorContains(t, err, "killed")
	require.False(t, m.exists("opt/fleet-migrate/etc/enroll-secret"), "secrets do not wait for the end")
	require.True(t, m.exists("Library/LaunchDaemons/com.fleetmigrate.orbit.plist"))
	m.write("bin/pkgutil", string(pkgutil), 0o755)
	m.script("opt/fleet-migrate/bin/uninstall")
	require.False(t, m.exists("opt/fleet-migrate"))
	require.False(t, m.exists("Library/LaunchDaemons/com.fleetmigrate.orbit.plist"))
}

func TestUninstallNeedsRoot(t *testing.T) {
	m := newMac(t, nil)
	calls, out, err := m.try("opt/fleet-migrate/bin/uninstall", "/", "UID_SAYS=501")
	require.Error(t, err)
	require.Contains(t, out, "run it as root: sudo")
	require.NotContains(t, calls, "launchctl")
	require.True(t, m.exists("Library/LaunchDaemons/com.fleetmigrate.orbit.plist"))
}

func TestScriptsAreCleanForShellcheck(t *testing.T) {
	m := newMac(t, nil)
	run(t, `shellcheck --shell=sh --severity=style "$@"`, filepath.Join(m.scripts, "preinstall"), filepath.Join(m.scripts, "postinstall"), filepath.Join(m.root, "opt/fleet-migrate/bin/uninstall"))
}
