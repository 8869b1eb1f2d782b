package agent

import (
	"time"

	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
)

// What comes back within the hour is told as a span that begins when the
// window closes: "after 15 minutes" stays true however long it is left open.
// What comes back later is told as a time of day, which is what a person plans
// by. That is a promise, written down, and kept whatever happens: not before
// that time on the person's own clock, wherever they fly meanwhile; and a
// window that is still open as the time comes near is told a new one.
const (
	promiseFrom = time.Hour
	promiseStep = 5 * time.Minute // nobody comes back "at 14:33"
	// promiseRest is the least between "Later" and the time that was named.
	promiseRest = 15 * time.Minute
)

// promise is the time that a question opened now names; zero where it names none.
func (s *step) promise(v prompt.Variant) time.Time {
	every := s.returnsIn(v)
	if !starts(v) || every < promiseFrom {
		return time.Time{}
	}
	at := s.at.Add(every)
	if up := at.Truncate(promiseStep); up.Before(at) {
		at = up.Add(promiseStep)
	}
	return at
}

// promised is when the promise falls due: at its moment, or when the clock of
// the place where the Mac is now reads that time, if that is later. A deadline
// is not put off by a journey.
func (m Machine) promised(at time.Time) time.Time {
	p, deadline := m.Promise, m.Policy.Deadline
	read := time.Date(p.Year(), p.Month(), p.Day(), p.Hour(), p.Minute(), p.Second(), p.Nanosecond(), at.Location())
	if !deadline.IsZero() && read.After(deadline) {
		read = deadline
	}
	return later(p, read)
}

// renewPromise tells the open question a new time where the one that it names
// is near: nobody who presses "Later" shall see it again at once, or read of a
// time that has passed.
func (s *step) renewPromise() {
	w := s.Window
	if s.Promise.IsZero() || s.State != Prompting || w.ID == 0 || w.Closing || w.Wants != w.Shows || s.Promise.Sub(s.at) > promiseRest {
		return
	}
	s.SaidAt, s.Promise = s.at, s.promise(w.Shows)
	s.do(Update{w.ID, s.dialog(w.Shows)})
}

// withdrawPromise forgets a time that a clock was set back behind.
func (s *step) withdrawPromise() {
	longest := max(cadence[0].every, time.Duration(s.Policy.ForcedInterval))
	if s.Promise.Sub(s.at) > longest+promiseStep {
		s.Promise = time.Time{}
	}
}

// sameSchedule reports that what IT changed leaves a promise standing.
func sameSchedule(a, b policy.Policy) bool {
	return a.Deadline.Equal(b.Deadline) && a.ForcedInterval == b.ForcedInterval
}
