package agent

import (
	"time"

	"fleetmigrate/agent/prompt"
)

// step is one turn of the machine: the machine being changed, the time, and
// what has to be done about it.
type step struct {
	Machine
	at      time.Time
	effects []Effect
}

// Step takes what happened and when, and gives the next machine and the
// effects, in order. Only the wall clock counts: the monotonic one stands
// still while a Mac sleeps, and a promise like "again in 15 minutes" does not.
func (m Machine) Step(at time.Time, ev Event) (Machine, []Effect) {
	s := &step{Machine: m, at: at.Round(0)}
	s.unwarp()
	ev.apply(s)
	s.unpause()
	s.lookAtApple()
	s.settle()
	s.readAgain()
	s.reconcile()
	s.renewPromise()
	return s.Machine, s.effects
}

func (s *step) do(e Effect) { s.effects = append(s.effects, e) }

// unwarp takes back what a clock that was set back would put off for ever.
func (s *step) unwarp() {
	for _, t := range []*time.Time{&s.Since, &s.LastShown, &s.LastClosed, &s.SaidAt, &s.FactsAt, &s.SummaryAt, &s.pollAt} {
		if t.After(s.at) {
			*t = s.at
		}
	}
	for _, t := range []*time.Time{&s.retryAt, &s.nextRead} {
		if t.Sub(s.at) > maxRetryWait {
			*t = s.at
		}
	}
	if s.clicked.After(s.at) {
		s.clicked = time.Time{}
	}
	s.withdrawPromise()
}

// enter moves to a state. What belonged to the old one goes; About belongs to none.
func (s *step) enter(to State) {
	s.State, s.Since = to, s.at
	s.retryAt = time.Time{}
	if to != Failed {
		s.Failure = nil
	}
	if s.Window.Wants != prompt.About {
		s.Window.Wants = ""
	}
}

// settle makes every move that follows from what is known, until none is left.
// A chain of moves is short: the longest is idle, awaiting, done.
func (s *step) settle() {
	if !s.FactsKnown {
		return
	}
	for before := State(""); before != s.State; {
		before = s.State
		s.settleState()
	}
}

func (s *step) settleState() {
	switch s.State {
	case Idle, Offered:
		s.settleOffer()
	case Prompting:
		s.settlePrompting()
	case Requesting:
		s.settleRequest()
	case Unenrolling:
		s.settleUnenrolling()
	case AwaitingEnrollment:
		s.settleGap()
	case Failed:
		s.settleFailed()
	case Done:
		if !s.inFleet() {
			s.enter(Idle)
		}
	default: // a state of a newer version's file
		s.enter(Idle)
	}
}

func (s *step) settleOffer() {
	switch {
	case s.inFleet():
		s.finish()
	case s.unmanaged() && (s.wanted() || s.owed(s.at)):
		s.enter(AwaitingEnrollment)
	case !s.wanted():
		if s.State != Idle && s.heard() {
			s.enter(Idle)
		}
	case s.State == Idle:
		s.enter(Offered)
	case s.dueAndDecent():
		s.ask(true)
	}
}

func (s *step) settlePrompting() {
	switch {
	case s.inFleet():
		s.finish()
	case s.unmanaged():
		s.enter(AwaitingEnrollment)
	}
}

func (s *step) settleFailed() {
	switch {
	case s.inFleet():
		s.finish()
	case s.unmanaged():
		s.enter(AwaitingEnrollment)
		s.guide(false)
	}
}

// finish ends the migration; whoever was led through it is thanked, once.
func (s *step) finish() {
	thank := s.Consent != nil || s.State == AwaitingEnrollment
	if s.State == Idle && s.Consent == nil {
		return
	}
	s.Consent, s.Deferrals, s.Budget, s.RenewAsked, s.Promise = nil, 0, Budget{}, time.Time{}, time.Time{}
	s.do(Poll{})
	if !thank {
		s.enter(Idle)
		return
	}
	s.enter(Done)
	s.Window.Wants, s.Window.Auto = prompt.Done, false
}
