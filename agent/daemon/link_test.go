package daemon_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/pkg/deviceclient"
)

const mdmQuery = "select enrolled, server_url, installed_from_dep, payload_identifier from mdm;"

// An office whose server is down for half an hour asks rarely, each Mac at its
// own time.
func TestAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const macs = 8
		total := 0
		for range macs {
			r := newRig(t)
			r.set(func() { r.fleet.fail = func(string) error { return status(http.StatusBadGateway) } })
			_, stop := r.link(seen())
			pass(30 * time.Minute)
			total += r.fleet.count("")
			require.Contains(t, r.status().Server.Trouble, "502")
			r.set(func() { r.fleet.fail = nil })
			pass(31 * time.Minute)
			require.True(t, r.fleet.accepts(r.file(me())), "it heals by itself")
			stop()
		}
		require.LessOrEqual(t, total/macs, 18, "requests per Mac in half an hour")
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.fleet.fail = func(string) error {
			return &deviceclient.StatusError{StatusCode: http.StatusTooManyRequests, RetryAfter: time.Hour}
		}
		r.link(seen())
		require.Equal(t, 1, r.fleet.count(""))
		pass(time.Hour - time.Second)
		require.Equal(t, 1, r.fleet.count(""))
		pass(2 * time.Minute)
		require.Equal(t, 2, r.fleet.count(""))
	})
}

// A kill between any two calls, and any loss of an answer, heals: the sweep
// takes the folder as it was around each call and starts a new process on it.
func TestCrashPoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		var points []string
		shoot := func(string) { points = append(points, snapshot(t, r.dir)) }
		r.set(func() { r.fleet.fail = func(name string) error { shoot(name); return nil } })
		r.set(func() { r.fleet.after = shoot })
		_, stop := r.link(seen())
		pass(time.Hour) // with a rotation
		stop()
		require.Greater(t, len(points), 20)
		for i, point := range points {
			again := newRig(t)
			again.dir = point
			again.fleet = r.fleet
			r.set(func() { r.fleet.fail, r.fleet.after = nil, nil })
			_, stop := again.link(seen())
			pass(11 * time.Minute)
			require.True(t, r.fleet.accepts(again.file(me())), "from the folder at call %d", i)
			stop()
		}
	})
}

func TestAChangeIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		pass(time.Minute)
		r.set(func() { r.mac.enrollment = host.Enrollment{} })
		r.set(func() { r.fleet.queries = map[string]string{"fleet_detail_query_mdm": mdmQuery} })
		r.set(func() { r.fleet.renew = true })
		at := time.Now()
		l.Seen.Put(seen(func(o *daemon.Observed) { o.Facts.Enrollment = host.Enrollment{} }))
		synctest.Wait()
		require.Equal(t, 1, r.fleet.refetches)
		require.Equal(t, "false", r.fleet.written[len(r.fleet.written)-1].Queries["fleet_detail_query_mdm"][0]["enrolled"])
		require.True(t, <-l.Wanted)
		require.Equal(t, at, time.Now(), "in no time")
		before := r.fleet.count("config")
		pass(10 * time.Minute)
		require.InDelta(t, 20, r.fleet.count("config")-before, 3, "every 30 s while in no MDM")
		pass(2 * time.Hour)
		before = r.fleet.count("config")
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("config")-before, 2, "and quietly after an hour")
	})
}

func TestPaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		pass(time.Minute)
		before := r.fleet.count("read")
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("read")-before, 1, "every five minutes")
		before = r.fleet.count("read")
		l.Hurry.Put(time.Now().Add(5 * time.Minute))
		pass(5 * time.Minute)
		require.InDelta(t, 30, r.fleet.count("read")-before, 2, "every ten seconds")
		before = r.fleet.count("read")
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("read")-before, 1, "and quiet again")
	})
}

func TestCompanions(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*daemon.Observed)
		calls  map[string]bool
		mode   string
	}{
		"Fleet's own agent": {func(o *daemon.Observed) { o.Fleetd, o.Osqueryd = true, true }, map[string]bool{}, "companion of Fleet's own agent"},
		"an osqueryd":       {func(o *daemon.Observed) { o.Osqueryd = true }, map[string]bool{"enroll": true, "token": true, "check": true, "config": true}, "standalone, beside an osqueryd"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				l, _ := r.link(seen(tt.change))
				pass(time.Hour)
				for _, call := range r.fleet.calls {
					require.True(t, tt.calls[call.name], call.name)
				}
				for name := range tt.calls {
					require.Positive(t, r.fleet.count(name), name)
				}
				require.Equal(t, tt.mode, r.status().Mode)
				l.Seen.Put(seen(tt.change, func(o *daemon.Observed) { o.Facts.Enrollment = host.Enrollment{} }))
				synctest.Wait()
				require.Equal(t, 1, r.fleet.refetches, "whoever answers is asked sooner")
			})
		})
	}
}
