package daemon

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// due is when something is asked next; zero is at once.
type due struct{ set, at time.Time }

func after(now time.Time, wait time.Duration) due { return due{now, now.Add(wait)} }

// come reports that the time is there. One that was set in what is now the
// future was set before the clock was set back, and says nothing any more.
func (d due) come(now time.Time) bool {
	return !now.Before(d.at) || d.set.Sub(now) > clockSlack
}

const clockSlack = time.Minute // a clock that is kept in step moves back by less

// dues are when the server is asked next.
type dues struct{ config, check, token, vitals, options, tell due }

// wallNow has no monotonic part: that one stands still while a Mac sleeps.
func wallNow() time.Time { return time.Now().Round(0) }

// wait is the time until something is due. What has no time waits for no time:
// an event makes it due, and the turn that follows asks.
func (l *Link) wait(now time.Time) time.Duration {
	next := now.Add(maxSleep)
	for _, d := range []due{l.due.config, l.due.check, l.due.token, l.due.vitals, l.due.options, l.due.tell} {
		if !d.at.IsZero() && d.at.Before(next) {
			next = d.at
		}
	}
	return max(time.Second, next.Sub(now))
}

// within reports a time that has not ended. One that would last longer than it
// ever does was begun before the clock was set back.
func within(until, now time.Time, longest time.Duration) bool {
	left := until.Sub(now)
	return left > 0 && left <= longest+clockSlack
}

func (l *Link) quiet() time.Duration { return time.Duration(l.cfg.VitalsInterval) }

func (l *Link) inHurry(now time.Time) bool { return within(l.hurryUntil, now, hurryFor) }

// configEvery is the pace of asking what the server wants.
func (l *Link) configEvery(now time.Time) time.Duration {
	if l.inHurry(now) || within(l.gapUntil, now, gapFor) && !l.seen.Facts.Enrollment.Enrolled {
		return min(hurriedConfig, l.quiet())
	}
	return l.quiet()
}

// spread moves a time by a tenth to either side, so that Macs that were
// switched on together do not ask together.
func spread(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()-0.5)*0.2*float64(d))
}

// vitalsEvery is the pace of reading queries in quiet times.
func (l *Link) vitalsEvery() time.Duration { return max(l.quiet(), l.slowed) }

// nextVitals is the next read of queries. In quiet times it lies in a phase of
// the host's own, so that a fleet that was switched on together spreads out.
func (l *Link) nextVitals(now time.Time) due {
	if l.inHurry(now) {
		return after(now, min(hurriedVitals, l.quiet()))
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(l.seen.Facts.HardwareUUID))
	phase := time.Duration(h.Sum64() % uint64(l.vitalsEvery()))
	return due{now, now.Add(-phase).Truncate(l.vitalsEvery()).Add(phase + l.vitalsEvery())}
}
