package daemon

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// dues are when the server is asked next.
type dues struct{ config, check, token, vitals time.Time }

// wallNow has no monotonic part: that one stands still while a Mac sleeps.
func wallNow() time.Time { return time.Now().Round(0) }

// wait is the time until something is due.
func (l *Link) wait(now time.Time) time.Duration {
	next := now.Add(maxSleep)
	for _, t := range []time.Time{l.due.config, l.due.check, l.due.token, l.due.vitals} {
		if t.Before(next) {
			next = t
		}
	}
	return max(time.Second, next.Sub(now))
}

// isDue reports that a time has come. One that lies further ahead than it can
// have been set was set before the clock was set back.
func isDue(due, now time.Time, interval time.Duration) bool {
	return !now.Before(due) || due.Sub(now) > interval+time.Minute
}

func (l *Link) quiet() time.Duration { return time.Duration(l.cfg.VitalsInterval) }

func (l *Link) inHurry(now time.Time) bool { return now.Before(l.hurryUntil) }

// configEvery is the pace of asking what the server wants.
func (l *Link) configEvery(now time.Time) time.Duration {
	if l.inHurry(now) || now.Before(l.gapUntil) && !l.seen.Facts.Enrollment.Enrolled {
		return min(hurriedConfig, l.quiet())
	}
	return l.quiet()
}

// spread moves a time by a tenth to either side, so that Macs that were
// switched on together do not ask together.
func spread(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()-0.5)*0.2*float64(d))
}

// nextVitals is the next read of queries. In quiet times it lies in a phase of
// the host's own, so that a fleet that was switched on together spreads out.
func (l *Link) nextVitals(now time.Time) time.Time {
	if l.inHurry(now) {
		return now.Add(min(hurriedVitals, l.quiet()))
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(l.seen.Facts.HardwareUUID))
	phase := time.Duration(h.Sum64() % uint64(l.quiet()))
	return now.Add(-phase).Truncate(l.quiet()).Add(phase + l.quiet())
}
