package daemon_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
)

// apple answers `profiles show` as it does: ten times, then "too soon".
type apple struct {
	mu     sync.Mutex
	answer host.Assignment
	calls  int
	limit  int
}

func (a *apple) Assignment(context.Context) (host.Assignment, string, string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	switch {
	case a.calls > a.limit:
		return host.TooSoon, "", "Request too soon.  Try again later.", nil
	case a.answer == host.Assigned:
		return host.Assigned, "https://fleet.example.com/enroll?token=secret-canary", "assigned", nil
	}
	return a.answer, "", string(a.answer), nil
}

func TestLedgerKeepsCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		a := &apple{answer: host.NotAssigned, limit: 10}
		ask := func(wanted bool) (host.ADE, daemon.AppleStatus) {
			ade, s, err := daemon.NewLedger(dir, a).Assignment(t.Context(), wanted) // each time another process
			require.NoError(t, err)
			return ade, s
		}
		for range 480 { // a day of a daemon that looks every three minutes, and an admin who asks all the time
			ask(true)
			time.Sleep(170 * time.Second)
		}
		require.LessOrEqual(t, a.calls, 8, "Apple's limit is never reached")
		ade, s := ask(false)
		require.False(t, ade.Unknown)
		require.LessOrEqual(t, s.Calls, s.Limit)
	})
}

func TestLedgerIsSharedByProcesses(t *testing.T) {
	dir := t.TempDir()
	a := &apple{answer: host.Unanswered, limit: 100}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			_, _, err := daemon.NewLedger(dir, a).Assignment(context.Background(), true)
			require.NoError(t, err)
		})
	}
	group.Wait()
	require.Equal(t, 1, a.calls)
}

func TestTooSoonIsNotNo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		a := &apple{answer: host.Assigned, limit: 0}
		l := daemon.NewLedger(dir, a)
		ade, s, err := l.Assignment(t.Context(), true)
		require.NoError(t, err)
		require.True(t, ade.Unknown, "nothing is known, least of all \"not assigned\"")
		require.Contains(t, s.LastSaid, "too soon")

		a.limit = 2
		time.Sleep(61 * time.Minute)
		ade, _, err = l.Assignment(t.Context(), true)
		require.NoError(t, err)
		require.Equal(t, host.ADE{Assigned: true, ConfigurationWebURL: "https://fleet.example.com/enroll", ReadAt: time.Now().UTC()}, ade, "and the URL has lost its token")

		time.Sleep(7 * time.Hour)
		ade, _, err = l.Assignment(t.Context(), false)
		require.NoError(t, err)
		require.True(t, ade.Assigned && ade.Cached, "the last good answer, and it says so")
	})
}

func TestADamagedLedger(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "profiles-show.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"calls":`), 0o600))
	l := daemon.NewLedger(dir, &apple{answer: host.Assigned, limit: 10})
	ade, _, err := l.Assignment(t.Context(), false)
	require.NoError(t, err)
	require.True(t, ade.Assigned)
	aside, err := filepath.Glob(path + ".damaged-*")
	require.NoError(t, err)
	require.Len(t, aside, 1)
}
