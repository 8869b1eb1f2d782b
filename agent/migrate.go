package agent

import (
	"strconv"
	"time"

	"fleetmigrate/agent/prompt"
)

// The times of a migration. The server's webhook has 30 s and is answered the
// same for 3 min, so a retry within them is harmless.
const (
	consentFor   = time.Hour        // a restart may still act on a Start this old
	unenrollStep = 5 * time.Second  // between reads of the local enrollment
	misreadStep  = 30 * time.Second // between tries to read it after one failed
	longerAfter  = 90 * time.Second
	failAfter    = 3 * time.Minute
	maxTries     = 3
	retryStep    = 2 * time.Second
	maxRetryWait = time.Minute
)

// agreed writes the consent down. Nothing is requested before the local
// enrollment was read again: the old MDM may have let go meanwhile.
func (s *step) agreed() {
	s.Consent = &Consent{ID: s.at.UTC().Format("20060102T150405.000000Z"), At: s.at}
	s.enter(Requesting)
	s.progress()
	s.read()
}

func (s *step) progress() {
	s.Window.Wants, s.Window.Auto = prompt.Progress, false
}

func (s *step) settleRequest() {
	switch {
	case s.inFleet():
		s.finish()
	case s.unmanaged():
		s.Consent = s.Consent.accepted() // nothing is left to ask for; the person is owed the rest
		s.released()
	case s.asking || s.reading || s.FactsAt.Before(s.Since):
	case s.misread:
		s.failAfterTime(Failure{Reason: prompt.ReasonInternal, Code: "M-FACTS"})
	case !s.at.Before(s.retryAt):
		s.request()
	}
}

func (s *step) request() {
	c := *s.Consent
	c.Tries++
	s.Consent = &c
	s.asking = true
	s.do(Migrate{Consent: c.ID})
}

func (c *Consent) accepted() *Consent {
	a := *c
	a.Accepted = true
	return &a
}

func (e MigrateAnswered) apply(s *step) {
	s.asking = false
	if s.State != Requesting || s.Consent == nil || s.Consent.ID != e.Consent {
		return // the Mac moved on while the server was thinking
	}
	switch wait := s.retryWait(e.Outcome); {
	case e.Outcome.OK:
		s.Consent = s.Consent.accepted()
		s.enter(Unenrolling)
		s.progress()
		s.read()
	case e.Outcome.Retry && s.Consent.Tries < maxTries && wait <= maxRetryWait:
		s.retryAt = s.at.Add(wait)
	default:
		s.fail(Failure{Reason: e.Outcome.Reason, Code: code(e.Outcome)})
	}
}

// retryWait doubles from retryStep, or is what the server asks for.
func (s *step) retryWait(o Outcome) time.Duration {
	tries := 1
	if s.Consent != nil {
		tries = max(1, s.Consent.Tries)
	}
	return max(o.RetryAfter, retryStep<<(tries-1))
}

// code is what a person can read to IT on the phone.
func code(o Outcome) string {
	switch {
	case o.Status > 0:
		return "M-" + strconv.Itoa(o.Status)
	case o.Reason == prompt.ReasonOffline:
		return "M-NET"
	default:
		return "M-TIME"
	}
}

func (s *step) settleUnenrolling() {
	switch {
	case s.inFleet():
		s.finish()
	case s.unmanaged():
		s.released()
	case s.at.Sub(s.FactsAt) > 2*unenrollStep:
		// After sleep the facts come first: the old MDM may have let go long ago.
	default:
		s.failAfterTime(Failure{Reason: prompt.ReasonTimeout, Code: "M-UNENROLL"})
		if s.State == Unenrolling && s.at.Sub(s.Since) >= longerAfter && s.Window.Wants == prompt.Progress {
			s.Window.Wants = prompt.TakingLonger
		}
	}
}

// released leads on at once: the person pressed Start a moment ago.
func (s *step) released() {
	s.enter(AwaitingEnrollment)
	s.guide(false)
	if s.path() == prompt.Manual {
		s.do(Open{MyDevice})
	}
}

func (s *step) failAfterTime(f Failure) {
	if s.at.Sub(s.Since) >= failAfter {
		s.fail(f)
	}
}

func (s *step) fail(f Failure) {
	s.enter(Failed)
	s.Failure = &f
	s.Window.Wants, s.Window.Auto = s.failedVariant(), false
}

func (s *step) failedVariant() prompt.Variant {
	if s.Failure != nil && s.Failure.Reason == prompt.ReasonEligible {
		return prompt.NotEligible
	}
	return prompt.Failed
}

// readAgain keeps an eye on the local enrollment while the old MDM is to let
// go, and asks again where the Mac could not answer.
func (s *step) readAgain() {
	every := unenrollStep
	switch {
	case s.State == Unenrolling, s.State == Requesting && s.misread:
	case s.misread:
		every = misreadStep
	default:
		s.nextRead = time.Time{}
		return
	}
	if s.nextRead.IsZero() || s.nextRead.Sub(s.at) > every {
		s.nextRead = s.at.Add(every)
	}
	if !s.reading && !s.at.Before(s.nextRead) {
		s.nextRead = s.at.Add(every)
		s.read()
	}
}
