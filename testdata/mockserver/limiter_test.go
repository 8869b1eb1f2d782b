package mockserver_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// Section 3.1 and 12: what happens to an address that fails again and again.

func TestFailureQuota(t *testing.T) {
	c := newClock()
	r := newRig(t, c.with)
	m := r.newMac("000000000001")
	desktop := func(token, forwarded string) int {
		return r.call("GET", devicePath+token+"/desktop", nil, "X-Forwarded-For", forwarded).Code
	}
	for range 100 {
		require.Equal(t, 401, desktop("wrong", "10.0.0.1"))
	}
	rec := r.call("GET", devicePath+m.token+"/desktop", nil, "X-Forwarded-For", "10.0.0.1")
	require.Equal(t, 429, rec.Code, "good tokens too")
	require.Equal(t, "0", rec.Header().Get("Retry-After"))
	require.Equal(t, "text/plain; charset=utf-8", rec.Header().Get("Content-Type"))
	require.Equal(t, 200, desktop(m.token, "10.0.0.2"), "another address")
	require.Equal(t, 200, desktop(m.token, "10.0.0.1, 10.0.0.9"), "the raw header counts")
	require.Equal(t, 200, r.call("GET", devicePath+m.token, nil, "X-Forwarded-For", "10.0.0.1").Code, "another endpoint")
	c.pass(5 * time.Second)
	require.Equal(t, 200, desktop(m.token, "10.0.0.1"), "720 an hour")
	require.Equal(t, 401, desktop("wrong", "10.0.0.1"))
	require.Equal(t, 429, desktop("wrong", "10.0.0.1"))
}

func TestFailureQuotaOfManyAtOnce(t *testing.T) {
	r := newRig(t, newClock().with)
	m := r.newMac("000000000001")
	var all sync.WaitGroup
	for range 300 {
		all.Go(func() { r.call("GET", devicePath+"wrong/desktop", nil) })
	}
	all.Wait()
	require.Equal(t, 429, r.call("GET", devicePath+m.token+"/desktop", nil).Code)
}

func TestFailureBan(t *testing.T) {
	c := newClock()
	r := newRig(t, c.with, func(cfg *mockserver.Config) { cfg.FailureLimit = mockserver.LimitBan })
	m := r.newMac("000000000001")
	fail := func(n int) {
		for range n {
			r.call("GET", devicePath+"wrong/desktop", nil)
		}
	}
	code := func() int { return r.call("GET", devicePath+m.token, nil).Code }
	fail(999)
	require.Equal(t, 200, code(), "a success ends the row")
	fail(999)
	c.pass(time.Minute + time.Second)
	fail(999)
	require.Equal(t, 200, code(), "only within a minute")
	fail(1000)
	require.Equal(t, 429, code(), "on every device endpoint")
	require.Equal(t, 200, r.call("GET", devicePath+m.token, nil, "X-Forwarded-For", "10.0.0.2").Code)
	c.pass(time.Minute)
	require.Equal(t, 200, code())
}

func TestFailureLimitOfEnrolling(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/api/fleet/orbit/enroll", "/api/osquery/enroll"} {
		for range 100 {
			require.Equal(t, 401, r.call("POST", path, map[string]any{"enroll_secret": "wrong"}).Code)
		}
		require.Equal(t, 429, r.call("POST", path, map[string]any{"enroll_secret": secret}).Code)
	}
	for range 100 {
		r.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": "wrong"})
	}
	require.Equal(t, 429, r.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": "wrong"}).Code)
	off := newRig(t, func(c *mockserver.Config) { c.FailureLimit = mockserver.LimitOff })
	for range 2000 {
		require.Equal(t, 401, off.call("GET", devicePath+"wrong/desktop", nil).Code)
	}
}
