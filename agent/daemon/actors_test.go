package daemon_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
)

func TestConfiguratorFollowsItsSources(t *testing.T) {
	r := newRig(t)
	etc := filepath.Join(r.conf.RootDir, "etc")
	require.NoError(t, os.MkdirAll(etc, 0o755))
	url := filepath.Join(etc, "fleet-url")
	require.NoError(t, os.WriteFile(url, []byte("https://one.example.com"), 0o644))
	s := &options.Sources{Flags: map[string]string{"root-dir": r.conf.RootDir, "host-root": t.TempDir()}}
	out := daemon.NewLatest[options.Config]()
	c := daemon.NewConfigurator(s, s.Load().Config, r.board(), r.logger(), out)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	await := func(want string) {
		for (<-out).Policy.FleetURL != want {
		}
		p, err := policy.Load(filepath.Join(r.dir, "policy.json"))
		require.NoError(t, err)
		require.Equal(t, want, p.FleetURL)
	}
	await("https://one.example.com")
	require.NoError(t, os.WriteFile(url, []byte("https://two.example.com"), 0o644))
	await("https://two.example.com")
	require.NoError(t, os.WriteFile(url, []byte("not a server"), 0o644))
	for len(r.status().Problems) == 0 {
		<-out
	}
	p, err := policy.Load(filepath.Join(r.dir, "policy.json"))
	require.NoError(t, err)
	require.Equal(t, "https://two.example.com", p.FleetURL, "a bad value keeps the old one")
	cancel()
	require.NoError(t, <-done)
	require.Contains(t, r.log.String(), "write it like https://fleet.example.com")
}

func TestPrepareAndRunTwice(t *testing.T) {
	r := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	d := func() daemon.Daemon {
		s := &options.Sources{Flags: map[string]string{"root-dir": r.conf.RootDir, "host-root": t.TempDir()}}
		return daemon.Daemon{Sources: s, Config: s.Load().Config, Version: "test", Dial: daemon.DialFleet("test"), Log: r.logger()}
	}
	done := make(chan error, 1)
	go func() { done <- d().Run(ctx) }()
	written := filepath.Join(r.dir, "policy.json")
	for range host.WatchFiles(ctx, written) { // once for nothing, perhaps
		if _, err := os.Stat(written); err == nil {
			break
		}
	}
	require.ErrorIs(t, d().Run(t.Context()), daemon.ErrRunning)
	cancel()
	require.NoError(t, <-done)
}
