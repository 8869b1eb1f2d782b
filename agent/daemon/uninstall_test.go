package daemon

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
)

// installed is a Mac with the agent on it, and somebody else's file beside it.
func installed(t *testing.T) Removal {
	r := Removal{RootDir: filepath.Join(t.TempDir(), "root"), Commands: host.Commands{Root: t.TempDir()}, Sessions: []int{501}}
	for _, path := range []string{"bin/orbit", "etc/enroll-secret", "var/private/node-keys.json", "var/users/501/identifier", "Dialog.app/x", "theirs"} {
		put(t, filepath.Join(r.RootDir, path))
	}
	for _, path := range []string{DesktopPlist, DaemonPlist, newsyslogConf} {
		put(t, filepath.Join(r.Commands.Root, path))
	}
	return r
}

func put(t *testing.T, path string) {
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
}

// Cut off between any two steps, it is either finished by what launchd starts
// again, or nothing is left that tells a secret.
func TestRemovalIsFinishedWhereverItWasCutOff(t *testing.T) {
	for _, byDaemon := range []bool{true, false} {
		r := installed(t)
		r.Daemon = byDaemon
		require.False(t, Leaving(r.RootDir))
		for cut := range r.Steps() {
			t.Run(strconv.FormatBool(byDaemon)+strconv.Itoa(cut), func(t *testing.T) {
				r := installed(t)
				r.Daemon = byDaemon
				for _, s := range r.Steps()[:cut+1] {
					_ = s.do(t.Context()) // no launchctl here
				}
				starts := exists(filepath.Join(r.Commands.Root, DaemonPlist)) && exists(filepath.Join(r.RootDir, "bin/orbit"))
				if secret := exists(filepath.Join(r.RootDir, "etc")) || exists(filepath.Join(r.RootDir, "var")); secret {
					require.True(t, starts && Leaving(r.RootDir))
				}
				if starts {
					require.True(t, Leaving(r.RootDir), "a daemon that begins everything anew")
				}
				again := installedBefore(r)
				_ = again.Run(t.Context(), func(Step, error) {})
				left, err := fs.Glob(os.DirFS(r.RootDir), "*")
				require.NoError(t, err)
				require.Equal(t, []string{"theirs"}, left)
				require.False(t, exists(filepath.Join(r.Commands.Root, DaemonPlist)))
			})
		}
	}
}

// installedBefore is the removal that the next start of the daemon makes.
func installedBefore(r Removal) Removal {
	r.Daemon = true
	return r
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// launchd lets go of a job long before its process has ended, and a daemon that
// lives on writes its files anew.
func TestRemovalWaitsForTheDaemonToEnd(t *testing.T) {
	r := installed(t)
	launchctl := filepath.Join(r.Commands.Root, "bin/launchctl")
	require.NoError(t, os.MkdirAll(filepath.Dir(launchctl), 0o755))
	ending := filepath.Join(t.TempDir(), "ending")
	require.NoError(t, os.WriteFile(launchctl, []byte(`#!/bin/sh
case "$1 $2" in
"print system/com.fleetmigrate.orbit") # three looks after the bootout it is gone
	[ -e "`+ending+`" ] || exit 0
	echo >>"`+ending+`"
	[ "$(wc -l <"`+ending+`")" -lt 4 ] ;;
"bootout system/com.fleetmigrate.orbit") echo >"`+ending+`" ;;
print*) exit 113 ;;
esac
`), 0o755))
	for _, s := range r.Steps()[:3] {
		require.NoError(t, s.do(t.Context()), s.What)
	}
	looks, err := os.ReadFile(ending)
	require.NoError(t, err)
	require.Len(t, looks, 4)
	require.True(t, exists(filepath.Join(r.RootDir, "var")), "its files go after that")
}

func TestRemovalLeavesFoldersOfOthersAlone(t *testing.T) {
	local := t.TempDir()
	put(t, filepath.Join(local, "bin/orbit"))
	put(t, filepath.Join(local, "var/theirs"))
	for _, dir := range []string{local, "/", "bin", ""} {
		r := Removal{RootDir: dir, Commands: host.Commands{Root: t.TempDir()}}
		require.ErrorContains(t, r.Run(t.Context(), func(Step, error) { t.Fatal("a step") }), "removing the agent: ")
	}
	r := Removal{RootDir: filepath.Join(local, "gone"), Commands: host.Commands{Root: t.TempDir()}}
	_ = r.Run(t.Context(), func(Step, error) {})
	require.NoDirExists(t, r.RootDir)
}
