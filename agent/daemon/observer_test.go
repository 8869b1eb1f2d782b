package daemon_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
)

// told is a Mac for the observer.
type told struct {
	r     *rig
	facts host.Facts
	err   error
	jobs  map[string]bool
	busy  error // launchd can't be asked
	reads int
}

func (m *told) Facts(context.Context) (host.Facts, error) {
	m.r.fleet.mu.Lock() // as rig.set does
	defer m.r.fleet.mu.Unlock()
	m.reads++
	return m.facts, m.err
}

func (m *told) Job(_ context.Context, j host.Job) (host.JobState, error) {
	m.r.fleet.mu.Lock()
	defer m.r.fleet.mu.Unlock()
	return host.JobState{Loaded: m.jobs[j.Domain+"/"+j.Label]}, m.busy
}

// A Mac that is too busy to answer must not make this agent take the place of
// Fleet's own: the two would drive each other out at the server.
func TestALaunchdThatCannotBeAskedIsNotANo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		mac := &told{r: r, facts: seen().Facts, jobs: map[string]bool{"system/com.fleetdm.orbit": true, "system/com.facebook.osqueryd": true}, busy: errors.New("running launchctl: no answer within 10s")}
		ledger := daemon.NewLedger(filepath.Join(r.dir, "private"), &apple{answer: host.Assigned, limit: 10})
		out := daemon.NewLatest[daemon.Observed]()
		o := daemon.NewObserver(mac, mac, ledger, host.Renew{}, r.board(), r.logger(), out)
		o.Config.Put(r.conf)
		changes := make(chan struct{}, 1)
		r.start(func(ctx context.Context) error { return o.Run(ctx, changes) })
		require.Empty(t, out, "nothing is known yet")
		require.Contains(t, r.status().Mac.Trouble, "launchctl: no answer")

		r.set(func() { mac.busy = nil })
		pass(time.Minute)
		got := <-out
		require.True(t, got.Known && got.Fleetd && got.Osqueryd, "it is asked again soon")
		require.Empty(t, r.status().Mac.Trouble)

		r.set(func() { mac.busy, mac.facts.Enrollment = errors.New("busy"), host.Enrollment{} })
		changes <- struct{}{}
		synctest.Wait()
		got = <-out
		require.True(t, got.Fleetd && got.Osqueryd, "what was known stands")
		require.Contains(t, r.status().Mac.Trouble, "busy", "and the trouble is said")
		require.False(t, got.Facts.Enrollment.Enrolled)

		r.set(func() { mac.busy, mac.jobs = nil, nil })
		changes <- struct{}{}
		synctest.Wait()
		got = <-out
		require.False(t, got.Fleetd || got.Osqueryd)
	})
}

func TestObserverPublishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		mac := &told{r: r, facts: seen().Facts, jobs: map[string]bool{"system/io.osquery.agent": true}}
		ledger := daemon.NewLedger(filepath.Join(r.dir, "private"), &apple{answer: host.Assigned, limit: 10})
		out := daemon.NewLatest[daemon.Observed]()
		o := daemon.NewObserver(mac, mac, ledger, host.Renew{Attempts: 2}, r.board(), r.logger(), out)
		o.Config.Put(r.conf)
		changes := make(chan struct{}, 1)
		r.start(func(ctx context.Context) error { return o.Run(ctx, changes) })
		read := func() host.Facts {
			f, err := host.NewFile(filepath.Join(r.dir, "facts.json")).Facts(t.Context())
			require.NoError(t, err)
			return f
		}
		f := read()
		require.True(t, f.Enrollment.Enrolled && f.ADE.Assigned)
		require.Equal(t, 2, f.Renew.Attempts)
		got := <-out
		require.True(t, got.Known && got.Osqueryd)
		require.False(t, got.Fleetd)
		info, err := os.Stat(filepath.Join(r.dir, "facts.json"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o644), info.Mode().Perm())

		before := read().PublishedAt
		pass(time.Hour)
		require.Equal(t, before, read().PublishedAt, "the same facts are not written again")
		r.set(func() { require.InDelta(t, 13, mac.reads, 2, "every five minutes") })

		require.NoError(t, os.Remove(filepath.Join(r.dir, "facts.json")))
		pass(5 * time.Minute)
		require.True(t, read().Enrollment.Enrolled, "but for a file that somebody removed")

		r.set(func() { mac.facts.Enrollment = host.Enrollment{} })
		changes <- struct{}{}
		synctest.Wait()
		require.False(t, read().Enrollment.Enrolled, "at once")

		r.set(func() { mac.err = errors.New("profiles says nothing") })
		changes <- struct{}{}
		synctest.Wait()
		require.False(t, read().Enrollment.Enrolled, "the last facts stand")
		require.Contains(t, r.status().Mac.Trouble, "profiles says nothing")

		reads := mac.reads
		o.Hurry.Put(time.Now().Add(time.Minute))
		pass(time.Minute)
		require.InDelta(t, 7, mac.reads-reads, 1, "every ten seconds in a hurry")
	})
}

// The wish for a fresh answer of Apple's outlives a moment in which the Mac says
// nothing: an old "not assigned" would hold the enrollment for hours.
func TestAskingAppleIsNotForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		mac := &told{r: r, facts: seen().Facts}
		asked := &apple{answer: host.NotAssigned, limit: 10}
		count := func() int {
			asked.mu.Lock()
			defer asked.mu.Unlock()
			return asked.calls
		}
		o := daemon.NewObserver(mac, mac, daemon.NewLedger(filepath.Join(r.dir, "private"), asked), host.Renew{}, r.board(), r.logger())
		o.Config.Put(r.conf)
		r.start(func(ctx context.Context) error { return o.Run(ctx, nil) })
		pass(10 * time.Minute)
		require.Equal(t, 1, count())
		r.set(func() { mac.err = errors.New("profiles says nothing") })
		o.Ask.Put(true)
		synctest.Wait()
		require.Equal(t, 1, count())
		r.set(func() { mac.err = nil })
		pass(6 * time.Minute)
		require.Equal(t, 2, count())
		pass(30 * time.Minute)
		require.Equal(t, 2, count(), "once")
	})
}
