package daemon_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
)

func TestRemover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		fleet := seen(func(o *daemon.Observed) {
			o.Facts.Enrollment = host.Enrollment{Enrolled: true, ServerURL: "https://FLEET.example.com/mdm/apple/mdm"}
		})
		result := make(chan error, 1)
		begin := func() (*daemon.Remover, context.CancelFunc) {
			m := daemon.NewRemover(r.dir, r.board(), r.logger())
			m.Config.Put(r.conf)
			m.Seen.Put(fleet)
			ctx, cancel := context.WithCancel(t.Context())
			go func() { result <- m.Run(ctx) }()
			synctest.Wait()
			return m, cancel
		}
		m, cancel := begin()
		pass(48 * time.Hour)
		require.Empty(t, result, "only where IT wants it")
		m.Seen.Put(seen())
		pass(time.Minute)
		m.Seen.Put(fleet)
		pass(time.Minute)
		r.conf.RemoveAfterMigration = true
		m.Config.Put(r.conf)
		pass(23 * time.Hour)
		require.Empty(t, result, "a break begins the day anew")
		require.False(t, r.status().Removal.At.IsZero())
		cancel()
		require.NoError(t, <-result)
		_, cancel = begin()
		defer cancel()
		pass(2 * time.Hour)
		require.Len(t, result, 1, "a restart does not")
		require.ErrorIs(t, <-result, daemon.ErrDone)
	})
}

// What a full disk kept from being written is written when there is room: a
// restart must not begin the day anew.
func TestTheTimeInFleetIsWrittenAfterAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		path := filepath.Join(r.dir, "private", "in-fleet.json")
		require.NoError(t, os.MkdirAll(filepath.Join(path, "taken"), 0o700))
		m := daemon.NewRemover(r.dir, r.board(), r.logger())
		m.Config.Put(r.conf)
		m.Seen.Put(seen(func(o *daemon.Observed) {
			o.Facts.Enrollment = host.Enrollment{Enrolled: true, ServerURL: "https://fleet.example.com/mdm/apple/mdm"}
		}))
		stop := r.start(m.Run)
		pass(time.Hour)
		require.NoError(t, os.RemoveAll(path))
		pass(2 * time.Minute)
		require.FileExists(t, path)
		stop()
		require.Equal(t, 1, strings.Count(r.log.String(), "can't be written"), "said once")
	})
}
