package agent

import "time"

// Apple's own migration came with macOS 26. Its deadline is set in Apple
// Business and is nowhere to be read on the Mac, so IT says it in the policy
// too. Past the deadline macOS asks without a way around; a Mac that is not in
// Fleet a day later was not led there, and this agent begins.
const (
	appleSince = 26
	appleGrace = 24 * time.Hour
)

// lookAtApple keeps the agent quiet where Apple is about to do the same: a
// person must never get two prompts. A Mac that is in no MDM is nobody's but
// ours: Apple only moves one that is enrolled.
func (s *step) lookAtApple() {
	planned := osMajor(s.Facts.OSVersion) >= appleSince && s.at.Before(s.appleUntil())
	s.apple = (s.Facts.AppleMigration.Pending || planned) && !s.unmanaged()
}

// appleUntil is when Apple's chance is over; zero where IT named no deadline.
func (m Machine) appleUntil() time.Time {
	if m.Policy.AppleDeadline.IsZero() {
		return time.Time{}
	}
	return m.Policy.AppleDeadline.Add(appleGrace)
}
