package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
)

func TestLockIsForOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(path)
	require.NoError(t, err)
	_, err = lock(path)
	require.ErrorContains(t, err, "already running for this user")
	unlock()
	again, err := lock(path)
	require.NoError(t, err)
	again()
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(path, link))
	_, err = lock(link)
	require.ErrorContains(t, err, "opening lock file")
}

func TestReadToken(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "identifier")
	_, err := readToken(path)
	require.ErrorIs(t, err, deviceclient.ErrNoToken)
	require.ErrorContains(t, err, path+" is not there yet")
	require.NoError(t, os.WriteFile(path, []byte("a-token-1234\n"), 0o600))
	token, err := readToken(path)
	require.NoError(t, err)
	require.Equal(t, "a-token-1234\n", token)
	_, err = readToken(dir)
	require.ErrorIs(t, err, deviceclient.ErrNoToken)
	require.NoError(t, os.Remove(path))
	for name, spoil := range map[string]func() error{
		"too long": func() error { return os.WriteFile(path, bytes.Repeat([]byte("a"), 1<<20), 0o600) },
		"written by everybody": func() error {
			return errors.Join(os.WriteFile(path, []byte("a-token-1234"), 0o600), os.Chmod(path, 0o666))
		},
		"a FIFO": func() error { return syscall.Mkfifo(path, 0o600) },
	} {
		require.NoError(t, spoil(), name)
		_, err := readToken(path)
		require.ErrorIs(t, err, deviceclient.ErrNoToken, name)
		require.NotContains(t, err.Error(), "a-token-1234")
		require.NoError(t, os.Remove(path))
	}
}

func TestLogFile(t *testing.T) {
	var stderr bytes.Buffer
	file := filepath.Join(t.TempDir(), "Logs", "FleetMigrate", "desktop.log")
	log, closeLog, err := openLog(config{LogFile: file}, &stderr)
	require.NoError(t, err)
	log.Info().Str("text", "two\nlines").Msg("hello")
	closeLog()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(data), "\n"))
	require.Contains(t, string(data), `"component":"desktop"`)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	info, err = os.Stat(filepath.Dir(file))
	require.NoError(t, err)
	require.Equal(t, os.ModeDir|0o700, info.Mode())
	require.Empty(t, stderr.String())
}

func TestLogFallsBackToStandardError(t *testing.T) {
	taken := filepath.Join(t.TempDir(), "taken")
	require.NoError(t, os.WriteFile(taken, nil, 0o600))
	for name, c := range map[string]struct{ file, says string }{
		"asked for": {"-", ""},
		"no folder": {filepath.Join(taken, "desktop.log"), "making the log folder"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			log, closeLog, err := openLog(config{LogFile: c.file}, &stderr)
			defer closeLog()
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
			}
			log.Info().Msg("hello")
			require.Contains(t, stderr.String(), "hello")
		})
	}
}

func TestDamagedPolicyChangesNothing(t *testing.T) {
	var said bytes.Buffer
	dir := t.TempDir()
	in := newInputs(config{DataDir: dir, Host: filepath.Join(dir, "mac.json"), BrowserHost: "b.example.com"}, zerolog.New(&said))
	require.Equal(t, policy.Policy{BrowserHost: "b.example.com"}, in.policy())
	require.Empty(t, said.String(), "no policy is no fault: companion mode has none")
	file := filepath.Join(dir, "policy.json")
	require.NoError(t, policy.Save(file, policy.Policy{FleetURL: "https://f.example.com"}))
	good := in.policy()
	require.Equal(t, "https://f.example.com", good.FleetURL)
	require.NoError(t, os.WriteFile(file, []byte(`{"fleet_url":7`), 0o600))
	require.Equal(t, good, in.policy())
	require.Contains(t, said.String(), "the last good one stands")
	require.NoError(t, os.Remove(file))
	require.Equal(t, good, in.policy())
}

func TestPause(t *testing.T) {
	var said bytes.Buffer
	dir := t.TempDir()
	in := newInputs(config{DataDir: dir, Host: "system"}, zerolog.New(&said))
	require.Zero(t, in.readPause())
	require.NoError(t, os.WriteFile(in.pause, []byte(`{"until":"2030-01-02T03:04:05Z","why":"inventory"}`), 0o600))
	p := in.readPause()
	require.Equal(t, "inventory", p.Why)
	require.Equal(t, 2030, p.Until.Year())
	require.NoError(t, os.WriteFile(in.pause, []byte(`{"until":"tomorrow"}`), 0o600))
	require.Zero(t, in.readPause())
	require.Contains(t, said.String(), "can't be read")
	elsewhere := filepath.Join(t.TempDir(), "pause.json")
	require.NoError(t, os.Rename(in.pause, elsewhere))
	require.NoError(t, os.Symlink(elsewhere, in.pause))
	require.Zero(t, in.readPause(), "a link is not what IT wrote")
}

func TestDeviceSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	d := newDevice(config{TokenFile: filepath.Join(dir, "identifier")}, "1")
	_, err := d.Summary(t.Context())
	require.ErrorIs(t, err, agent.ErrNoURL)
	require.ErrorIs(t, d.MigrateMDM(t.Context()), agent.ErrNoURL)
	d.configure(policy.Policy{FleetURL: "http://fleet.example.com"})
	_, err = d.Summary(t.Context())
	require.ErrorContains(t, err, "not encrypted")
	_, err = d.httpClient()
	require.ErrorContains(t, err, "not encrypted")
	d.configure(policy.Policy{FleetURL: "https://fleet.example.com"})
	_, err = d.Summary(t.Context())
	require.ErrorIs(t, err, deviceclient.ErrNoToken)
	first, err := d.get()
	require.NoError(t, err)
	d.configure(policy.Policy{FleetURL: "https://fleet.example.com", Deferrals: 3})
	same, err := d.get()
	require.NoError(t, err)
	require.Same(t, first, same, "a policy that says nothing new keeps the connection")
	d.configure(policy.Policy{})
	require.ErrorIs(t, d.MigrateMDM(t.Context()), agent.ErrNoURL)
}

func TestLogosNeedAServer(t *testing.T) {
	_, err := logos{newDevice(config{}, "1"), t.TempDir()}.Logo(t.Context(), "https://a.example.com/l.png", "")
	require.True(t, errors.Is(err, agent.ErrNoURL))
}
