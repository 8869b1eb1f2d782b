package agent

import "time"

// The intervals between two dialogs, from the end of the last one, where IT
// sets none.
const (
	forcedInterval = 15 * time.Minute
	gapInterval    = 3 * time.Minute
	// momentFresh is how old the facts may be that say whether a moment is decent.
	momentFresh = 2 * time.Second
)

// cadence is the interval of a deadline by the time that is left.
var cadence = []struct{ left, every time.Duration }{
	{72 * time.Hour, 24 * time.Hour},
	{24 * time.Hour, 4 * time.Hour},
	{time.Hour, time.Hour},
}

const lastCadence = 20 * time.Minute

// interval is how long after the last dialog the next one appears by itself;
// false where none does.
func (m Machine) interval(at time.Time) (time.Duration, bool) {
	p := m.Policy
	switch {
	case m.State == AwaitingEnrollment:
		return orDefault(time.Duration(p.GapInterval), gapInterval), true
	case m.State != Offered:
		return 0, false
	case !p.Deadline.IsZero():
		return byDeadline(p.Deadline.Sub(at)), true
	default:
		return orDefault(time.Duration(p.ForcedInterval), forcedInterval), m.Summary.Config.MDM.MacOSMigration.Mode.Forced()
	}
}

func byDeadline(left time.Duration) time.Duration {
	for _, c := range cadence {
		if left > c.left {
			return c.every
		}
	}
	return lastCadence
}

func orDefault(d, def time.Duration) time.Duration {
	if d <= 0 {
		return def
	}
	return d
}

// NextPrompt is when the next dialog appears by itself, gates aside; false
// where none will. It may lie in the past: then it is due. The interval is the
// one that the last dialog promised, although a deadline came nearer since.
func (m Machine) NextPrompt(at time.Time) (time.Time, bool) {
	last := later(m.LastShown, m.LastClosed)
	promised := at
	if said := later(m.LastShown, m.SaidAt); !said.IsZero() {
		promised = said
	}
	every, ok := m.interval(promised)
	if asked := m.wanted() || m.State == AwaitingEnrollment && m.owed(at); !ok || !asked || !m.FactsKnown {
		return time.Time{}, false
	}
	switch {
	case last.IsZero():
		return m.Since, true
	case m.State == Offered && !m.Promise.IsZero():
		return m.promised(at), true
	}
	return last.Add(every), true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// dueAndDecent reports that a dialog may appear by itself now. The moment is
// judged by fresh facts only: a call may have begun a minute ago.
func (s *step) dueAndDecent() bool {
	due, ok := s.NextPrompt(s.at)
	if !ok || s.at.Before(due) || asks(s.Window.Wants) || s.futile() {
		s.release()
		return false
	}
	if s.at.Sub(s.FactsAt) > momentFresh {
		s.read()
		return false
	}
	return s.decent()
}

// futile reports a gate whose end is an event of its own, so that the Mac need
// not be asked again and again.
func (s *step) futile() bool {
	return s.Pause.Until.After(s.at) || s.State == Offered && s.Link == Offline
}

// Alarm is when the machine wants to be stepped next; false when only an event
// can change anything. It is always after the last step.
func (m Machine) Alarm(at time.Time) (time.Time, bool) {
	var next time.Time
	for _, t := range m.alarms(at) {
		if t.After(at) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next, !next.IsZero()
}

func (m Machine) alarms(at time.Time) []time.Time {
	times := []time.Time{m.Pause.Until, m.nextRead, m.appleUntil()}
	switch m.State {
	case Requesting:
		times = append(times, m.retryAt)
	case Unenrolling:
		times = append(times, m.Since.Add(longerAfter), m.Since.Add(failAfter))
	case Prompting:
		if !m.Promise.IsZero() {
			times = append(times, m.Promise.Add(-promiseRest))
		}
	case Offered, AwaitingEnrollment:
		times = append(times, m.nextGate)
		if due, ok := m.NextPrompt(at); ok {
			times = append(times, due)
		}
		if !m.Budget.HeldAt.IsZero() {
			times = append(times, m.Budget.HeldAt.Add(recheck), m.Budget.HeldAt.Add(m.budgetLeft(at)))
		}
	}
	return times
}
