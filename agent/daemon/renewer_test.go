package daemon_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
)

func unenrolled(o *daemon.Observed) { o.Facts.Enrollment = host.Enrollment{} }

func (r *rig) renewer(o daemon.Observed) (n *daemon.Renewer, stop func()) {
	n = daemon.NewRenewer(r.dir, r.mac, daemon.NewLatest[host.Renew](), daemon.NewLatest[bool](), r.board(), r.logger())
	n.Config.Put(r.conf)
	n.Seen.Put(o)
	n.Wanted.Put(true)
	return n, r.start(n.Run)
}

func TestWhatHoldsARenewal(t *testing.T) {
	elsewhere := func(o *daemon.Observed) {
		o.Facts.ADE.ConfigurationWebURL = "https://other.example.com/enroll"
	}
	for name, tt := range map[string]struct {
		change []func(*daemon.Observed)
		now    host.Enrollment
		why    string
	}{
		"nothing":           {[]func(*daemon.Observed){unenrolled}, host.Enrollment{}, ""},
		"still enrolled":    {nil, oldMDM, "still enrolled"},
		"enrolled by now":   {[]func(*daemon.Observed){unenrolled}, oldMDM, "is enrolled in an MDM"},
		"nobody":            {[]func(*daemon.Observed){unenrolled, func(o *daemon.Observed) { o.Facts.ConsoleUser = host.ConsoleUser{} }}, host.Enrollment{}, "nobody is at the screen"},
		"not assigned":      {[]func(*daemon.Observed){unenrolled, func(o *daemon.Observed) { o.Facts.ADE.Assigned = false }}, host.Enrollment{}, "not assigned"},
		"elsewhere":         {[]func(*daemon.Observed){unenrolled, elsewhere}, host.Enrollment{}, "assigned elsewhere"},
		"Apple is silent":   {[]func(*daemon.Observed){unenrolled, func(o *daemon.Observed) { o.Facts.ADE = host.ADE{Unknown: true} }}, host.Enrollment{}, ""},
		"Fleet's own agent": {[]func(*daemon.Observed){unenrolled, func(o *daemon.Observed) { o.Fleetd = true }}, host.Enrollment{}, "Fleet's own agent"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.set(func() { r.mac.enrollment = tt.now })
				r.renewer(seen(tt.change...))
				pass(time.Minute)
				s := r.status().Renew
				require.True(t, s.Wanted)
				if tt.why == "" {
					require.Len(t, r.mac.renewed, 1)
					require.Equal(t, 1, s.Attempts)
					return
				}
				require.Empty(t, r.mac.renewed)
				require.Contains(t, s.Why, tt.why)
			})
		})
	}
}

func gaps(at []time.Time) (out []time.Duration) {
	for i := 1; i < len(at); i++ {
		out = append(out, at[i].Sub(at[i-1]).Round(time.Minute))
	}
	return out
}

func TestSpacing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.set(func() { r.mac.enrollment = host.Enrollment{} })
		n, stop := r.renewer(seen(unenrolled))
		pass(10 * time.Minute)
		require.Equal(t, []time.Duration{3 * time.Minute, 3 * time.Minute, 3 * time.Minute}, gaps(r.mac.renewed), "three minutes after a success")
		n.Wanted.Put(false)
		pass(time.Hour)
		require.Len(t, r.mac.renewed, 4, "only while the server asks")
		stop()

		r.set(func() { r.mac.renewed, r.mac.renewErr = nil, errors.New("Device Signature Error") })
		r.renewer(seen(unenrolled))
		pass(90 * time.Minute)
		require.Equal(t, []time.Duration{2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 30 * time.Minute}, gaps(r.mac.renewed)[:5], "doubling after failures")
		require.Contains(t, r.status().Renew.LastErr, "Device Signature Error")
	})
}

func TestSpacingSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.set(func() { r.mac.enrollment = host.Enrollment{} })
		for range 8 { // a crash loop
			_, stop := r.renewer(seen(unenrolled))
			pass(20 * time.Second)
			stop()
		}
		require.Len(t, r.mac.renewed, 1)
	})
}

func TestThePersonAsksForTheWindowAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.set(func() { r.mac.enrollment = host.Enrollment{} })
		n, _ := r.renewer(seen(unenrolled))
		pass(70 * time.Second)
		require.Len(t, r.mac.renewed, 1)
		n.Asked.Put(time.Now().Round(0))
		pass(time.Second)
		require.Len(t, r.mac.renewed, 2, "sooner than the three minutes")
		for range 100 { // a state file that is written again and again
			n.Asked.Put(time.Now().Round(0))
			pass(time.Second)
		}
		require.LessOrEqual(t, len(r.mac.renewed), 4, "never more often than once a minute")
	})
}
