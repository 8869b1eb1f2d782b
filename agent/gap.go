package agent

import "fleetmigrate/agent/prompt"

// settleGap leads a Mac that is in no MDM to Fleet's. The gap is the one time
// when the agent reminds by itself in both modes: nobody manages this Mac.
func (s *step) settleGap() {
	switch {
	case s.inFleet():
		s.finish()
	case !s.unmanaged(): // back in the old MDM: that attempt is over
		s.Consent = nil
		s.enter(Offered)
	case !s.owed(s.at) && !s.wanted():
		if s.heard() {
			s.enter(Idle)
		}
	case s.dueAndDecent():
		s.guide(true)
	}
}

// guide shows what to click next.
func (s *step) guide(auto bool) {
	s.Window.Auto, s.Failure = auto, nil
	switch {
	case s.Link == Offline:
		s.Window.Wants = prompt.Offline
	case s.path() == prompt.ADE:
		s.Window.Wants = prompt.WaitingADE
	default: // before macOS 14 My device is the way that always works
		s.Window.Wants = prompt.WaitingManual
	}
}

// openAgain does what the guide's button says. Opening Remote Management needs
// root, so it is left in the state file, where orbit sees it.
func (s *step) openAgain(v prompt.Variant) {
	switch v {
	case prompt.WaitingADE:
		s.RenewAsked = s.at
	case prompt.WaitingManual:
		s.do(Open{MyDevice})
	}
}
