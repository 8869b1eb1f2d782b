package daemon

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
)

// What could not be written, or went, is written when it can be: nobody needs to
// change a profile for that. And who gave no new value disturbs nobody.
func TestConfigurationIsLookedAtFromTimeToTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newVar(t)
		path := filepath.Join(dir, "policy.json")
		require.NoError(t, os.MkdirAll(filepath.Join(path, "taken"), 0o755))
		s := &options.Sources{Flags: map[string]string{"root-dir": filepath.Dir(dir), "host-root": t.TempDir()}}
		url := filepath.Join(filepath.Dir(dir), "etc/fleet-url")
		require.NoError(t, os.MkdirAll(filepath.Dir(url), 0o755))
		require.NoError(t, os.WriteFile(url, []byte("https://one.example.com"), 0o644))
		var log bytes.Buffer
		out := NewLatest[options.Config]()
		c := NewConfigurator(s, s.Load().Config, NewBoard(dir, "1", zerolog.Nop()), zerolog.New(&log), out)
		changes := make(chan string)
		done := make(chan error)
		go func() { done <- c.follow(changes) }()
		pass := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		pass(time.Hour)
		<-out

		require.NoError(t, os.RemoveAll(path))
		pass(10 * time.Minute)
		p, err := policy.Load(path)
		require.NoError(t, err)
		require.Equal(t, "https://one.example.com", p.FleetURL)
		require.NoError(t, os.Remove(path))
		pass(10 * time.Minute)
		require.FileExists(t, path)
		require.Empty(t, out)

		require.NoError(t, os.WriteFile(url, []byte("https://two.example.com"), 0o644))
		pass(10 * time.Minute)
		require.Equal(t, "https://two.example.com", (<-out).Policy.FleetURL, "a change that no watch told")
		close(changes)
		require.NoError(t, <-done)
		require.Equal(t, 1, strings.Count(log.String(), "can't be published"), "said once")
	})
}
