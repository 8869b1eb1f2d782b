package agent

import (
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// menuFresh is how old a summary may be when the person opens the menu.
const menuFresh = 15 * time.Second

func (Alarm) apply(*step) {}

func (HostChanged) apply(s *step) { s.read() }

// PolicyChanged with another server makes what the last one said void.
func (e PolicyChanged) apply(s *step) {
	if e.Policy.FleetURL != s.Policy.FleetURL {
		s.Summary, s.SummaryAt, s.Link = deviceclient.Summary{}, time.Time{}, Connecting
		if s.State == Offered || s.State == AwaitingEnrollment && !s.owed(s.at) {
			s.enter(Idle)
		}
	}
	if !sameSchedule(s.Policy, e.Policy) {
		s.Promise = time.Time{} // IT decided anew
	}
	s.Policy = e.Policy
}

func (e PauseChanged) apply(s *step) { s.Pause = e.Pause }

func (e LogoReady) apply(s *step) { s.Logo = e.Logo }

// Started picks up where the last process stopped. Dialogs died with it: one
// that asked for something counts as closed when it was shown, so that a
// restart brings it back neither sooner nor later than promised.
func (Started) apply(s *step) {
	s.Link = Connecting
	s.read()
	switch s.State {
	case "":
		s.State, s.Since = Idle, s.at
	case Prompting:
		s.closed()
		s.LastClosed = s.LastShown
		s.enter(Offered)
	case Requesting:
		if s.Consent == nil || s.at.Sub(s.Consent.At) > consentFor {
			s.enter(Offered)
		} else {
			s.progress()
		}
	case Unenrolling:
		s.progress()
	case Failed:
		s.Window.Wants = s.failedVariant()
	case Done:
		s.enter(Idle)
	}
}

func (e SummaryArrived) apply(s *step) {
	s.Link, s.SummaryAt = Online, s.at
	if e.Summary.Partial { // an old server, which knows neither flags nor branding
		return
	}
	s.Summary = e.Summary
}

func (e SummaryFailed) apply(s *step) { s.Link = e.Link }

func (e FactsRead) apply(s *step) {
	s.reading, s.FactsAt, s.misread = false, s.at, e.Err != nil
	if e.Err == nil {
		s.Facts, s.FactsKnown = e.Facts, true
	}
	if s.again {
		s.again = false
		s.read()
	}
}

func (MenuOpened) apply(s *step) { s.pollIfOlder(menuFresh) }

func (s *step) pollIfOlder(age time.Duration) {
	if s.at.Sub(s.SummaryAt) < age || s.at.Before(s.pollAt) {
		return
	}
	s.pollAt = s.at.Add(menuFresh)
	s.do(Poll{})
}

// read asks the Mac. While it is being asked, it is asked once more afterwards:
// the answer under way may be older than the reason to ask.
func (s *step) read() {
	if s.reading {
		s.again = true
		return
	}
	s.reading = true
	s.do(ReadFacts{})
}
