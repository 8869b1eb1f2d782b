package daemon_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

// Of osquery's configuration the interval counts, in one direction and within a bound.
func TestTheServerMaySlowTheQueriesDown(t *testing.T) {
	for name, tt := range map[string]struct {
		interval time.Duration
		reads    int // in an hour
	}{
		"faster is not heard":     {10 * time.Second, 12},
		"not said":                {0, 12},
		"ten minutes":             {10 * time.Minute, 6},
		"a day, within the bound": {24 * time.Hour, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.set(func() { r.fleet.interval = tt.interval })
				l, _ := r.link(seen())
				require.Equal(t, 1, r.fleet.count("options"), "once it is enrolled")
				pass(time.Hour + time.Minute)
				before, configs := r.fleet.count("read"), r.fleet.count("config")
				pass(time.Hour)
				require.InDelta(t, tt.reads, r.fleet.count("read")-before, 1)
				require.InDelta(t, 12, r.fleet.count("config")-configs, 2, "what the server wants is asked for as ever")
				require.InDelta(t, 3, r.fleet.count("options"), 1, "hourly")

				before = r.fleet.count("read")
				l.Hurry.Put(time.Now().Add(5 * time.Minute))
				pass(5 * time.Minute)
				require.InDelta(t, 30, r.fleet.count("read")-before, 2, "a person does not wait longer")
			})
		})
	}
}

func TestOsqueryOptionsHoldNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.set(func() { r.fleet.optionsErr = status(http.StatusBadGateway) })
		r.link(seen())
		pass(2 * time.Hour)
		require.InDelta(t, 24, r.fleet.count("config"), 3, "the rest goes on")
		require.Less(t, r.fleet.count("options"), 25, "with a backing off of its own")
		s := r.status()
		require.Empty(t, s.Server.Trouble)
		require.Contains(t, s.Server.Answers["queries config"].Text, "502")

		r.set(func() { r.fleet.optionsErr = deviceclient.ErrTooLarge })
		pass(time.Hour)
		require.Contains(t, r.status().Server.Answers["queries config"].Text, "too large")
		r.set(func() { r.fleet.optionsErr = nil })
		pass(time.Hour)
		require.Equal(t, "ok", r.status().Server.Answers["queries config"].Text)
	})
}

// A server that asks for patience gets it for every call.
func TestOsqueryOptionsHonorRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.set(func() {
			r.fleet.optionsErr = &deviceclient.StatusError{StatusCode: http.StatusTooManyRequests, RetryAfter: 2 * time.Hour}
		})
		r.link(seen())
		before := r.fleet.count("")
		pass(2*time.Hour - time.Second)
		require.Equal(t, before, r.fleet.count(""))
		require.Contains(t, r.status().Server.Trouble, "429")
		r.set(func() { r.fleet.optionsErr = nil })
		pass(2 * time.Minute)
		require.Greater(t, r.fleet.count(""), before)
		require.Empty(t, r.status().Server.Trouble)
	})
}

// A node key that is refused there is replaced as one that is refused for its
// queries; and where that does not help, ever more rarely.
func TestOsqueryOptionsRefuseANodeKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.link(seen())
		before := r.fleet.count("osquery enroll")
		r.set(func() { r.fleet.optionsErr = deviceclient.ErrNodeInvalid })
		pass(time.Hour + 10*time.Minute)
		require.Greater(t, r.fleet.count("osquery enroll"), before, "enrolled again")
		pass(12 * time.Hour)
		require.Less(t, r.fleet.count("osquery enroll")-before, 75, "no way around backing off")
		require.Equal(t, 1, r.fleet.count("enroll"), "one key has nothing to do with the other")
		r.set(func() { r.fleet.optionsErr = nil })
		pass(time.Hour)
		enrolled := r.fleet.count("osquery enroll")
		pass(3 * time.Hour)
		require.Equal(t, enrolled, r.fleet.count("osquery enroll"))
		require.Equal(t, "ok", r.status().Server.Answers["queries config"].Text)
	})
}

// Enrolling for queries is no way around backing off either, however long that is.
func TestANodeKeyThatIsRefusedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.set(func() {
			r.fleet.fail = func(name string) error {
				if name == "read" {
					return deviceclient.ErrNodeInvalid
				}
				return nil
			}
		})
		r.link(seen())
		pass(24 * time.Hour)
		require.Less(t, r.fleet.count("osquery enroll"), 150, "in a day, with a ceiling of half an hour")
		require.InDelta(t, 288, r.fleet.count("config"), 20, "the rest goes on")
	})
}

// A firewall that answers osquery's paths itself keeps the server from knowing
// the Mac, and nothing else.
func TestBlockedQueriesBlockNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		blocked := func(name string) error {
			if name == "read" || name == "osquery enroll" {
				return deviceclient.ErrNotJSON
			}
			return nil
		}
		r.set(func() { r.fleet.fail, r.fleet.renew = blocked, true })
		l, _ := r.link(seen())
		require.True(t, <-l.Wanted)
		pass(2 * time.Hour)
		require.InDelta(t, 24, r.fleet.count("config"), 3)
		require.Less(t, r.fleet.count("osquery enroll"), 25)
		require.Contains(t, r.status().Vitals.Trouble, "not from a Fleet server")
		r.set(func() { r.fleet.fail = nil })
		pass(time.Hour)
		require.NotZero(t, r.status().Vitals.ReadAt)
		require.Empty(t, r.status().Vitals.Trouble)
	})
}

// A Mac that can't say yet what it runs is no trouble with the server.
func TestQueriesWaitForTheMac(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		o := seen()
		o.Facts.OSVersion = ""
		l, _ := r.link(o)
		pass(time.Hour)
		require.Zero(t, r.fleet.count("osquery enroll"))
		require.InDelta(t, 12, r.fleet.count("config"), 2, "the rest goes on")
		require.Empty(t, r.status().Server.Trouble)
		require.Contains(t, r.status().Server.Answers["queries enroll"].Text, "this Mac is too busy")
		l.Seen.Put(seen())
		pass(6 * time.Minute)
		require.Equal(t, 1, r.fleet.count("osquery enroll"))
	})
}

// The end of a hurry is a time of day; the clock may be set back under it.
func TestAHurryEndsWhateverTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		pass(time.Minute)
		before := r.fleet.count("read")
		l.Hurry.Put(time.Now().Add(24 * time.Hour)) // as it looks when the clock goes back by a day
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("read")-before, 2)
	})
}

// The change is told as soon as there is a token to tell it with.
func TestAChangeWaitsForAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, stop := r.link(seen())
		require.NotNil(t, l)
		stop()
		r.set(func() {
			r.fleet.fail = func(name string) error {
				if name == "refetch" {
					return errors.Join(deviceclient.ErrNoToken)
				}
				return nil
			}
		})
		o := seen() // it changed while no daemon ran
		o.Facts.Enrollment.Enrolled = false
		o.Fleetd = true
		r.link(o)
		pass(10 * time.Second)
		r.set(func() { r.fleet.fail = nil })
		pass(time.Minute)
		require.Equal(t, 1, r.fleet.refetches)
		pass(time.Hour)
		require.Equal(t, 1, r.fleet.refetches, "once")
	})
}
