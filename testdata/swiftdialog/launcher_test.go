package standin_test

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	standin "fleetmigrate/testdata/swiftdialog"
)

// launcher installs the double around an app that is a shell script.
func launcher(t *testing.T, profile, user, app string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "Dialog")
	if app != "" {
		require.NoError(t, os.WriteFile(binary, []byte("#!/bin/sh\n"+app), 0o755))
	}
	self, err := os.Executable()
	require.NoError(t, err)
	path, err := standin.InstallLauncher(dir, self, standin.Launcher{Profile: profile, App: binary, User: user})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), eventually)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, path, "--ontop", "--title", "A title", "", "--json")
}

// Each row is a reason to go past the launcher: what a code means depends on
// the version, and two ends look alike.
func TestLauncherHidesTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		profile, user, app string
		code               int
		stderr             string
	}{
		"2.x: a button":                            {"2.5.6", "jo", "exit 2", 2, ""},
		"2.x: SIGTERM":                             {"2.5.6", "jo", "kill -TERM $$", 128 + 15, ""},
		"2.x: the login window looks like Start":   {"2.5.6", "", "exit 2", 0, ""},
		"3.x: a button":                            {"3.1.0", "jo", "exit 2", 2, ""},
		"3.x: SIGTERM looks like the close button": {"3.1.0", "jo", "kill -TERM $$", 15, ""},
		"3.x: SIGINT looks like Later":             {"3.1.0", "jo", "kill -INT $$", 2, ""},
		"3.x: nobody is logged in":                 {"3.1.0", "", "exit 2", 1, "ERROR: Unable to determine current GUI user\n"},
		"no app":                                   {"3.1.0", "jo", "", 255, ""},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := launcher(t, c.profile, c.user, c.app)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			_ = cmd.Run() // its state says all
			require.Equal(t, c.code, cmd.ProcessState.ExitCode())
			require.Equal(t, c.stderr, stderr.String())
		})
	}
}

func TestLauncherReordersFrom3(t *testing.T) {
	for profile, want := range map[string]string{
		"2.5.6": "--ontop|--title|A title||--json|",
		"3.1.0": "--title|A title|--ontop|--json|",
	} {
		out, err := launcher(t, profile, "jo", `printf '%s|' "$@"`).Output()
		require.NoError(t, err)
		require.Equal(t, want, string(out))
	}
}

func TestLauncherTakesTheAppAlongOnInterrupt(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	pipe, err := os.OpenFile(fifo, os.O_RDWR, 0) // open for writing too, so that it never ends
	require.NoError(t, err)
	defer pipe.Close()
	says := bufio.NewScanner(pipe)
	cmd := launcher(t, "3.1.0", "jo", `trap 'echo went >"`+fifo+`"; exit 0' TERM; echo here >"`+fifo+`"; while :; do sleep 0.1; done`)
	require.NoError(t, cmd.Start())
	require.True(t, says.Scan())
	require.Equal(t, "here", says.Text())
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	require.True(t, says.Scan())
	require.Equal(t, "went", says.Text())
	_ = cmd.Wait() // its state says all
	require.Equal(t, 40, cmd.ProcessState.ExitCode())
}
