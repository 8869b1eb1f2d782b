package agent

import "time"

// Budget is how long politeness has held dialogs back today.
type Budget struct {
	Day    string        `json:"day"` // local date
	Used   time.Duration `json:"used_ns"`
	HeldAt time.Time     `json:"held_at,omitzero"` // when a held dialog was last looked at; zero: none is held
	Owed   bool          `json:"owed,omitempty"`   // one that was held has not appeared yet
}

// maxHeldStep caps what one look can cost: a longer step was sleep, in which
// nobody was spared anything.
const maxHeldStep = 2 * recheck

func (m Machine) budget() time.Duration {
	return orDefault(time.Duration(m.Policy.PolitenessBudget), defaultBudget)
}

// budgetLeft is what remains of the day's budget.
func (m Machine) budgetLeft(at time.Time) time.Duration {
	return max(0, m.budget()-m.Budget.on(at).Used)
}

// on is the budget as it is on the day of a time. Midnight, local time, gives a
// new one, but not to a dialog that waits already: whoever is in calls for less
// than an hour of each day would never see it.
func (b Budget) on(at time.Time) Budget {
	day := at.Format(time.DateOnly)
	if b.Day != day && !b.Owed {
		b.Used = 0
	}
	b.Day = day
	return b
}

// hold keeps a due dialog back, while the budget lasts.
func (s *step) hold() bool {
	s.count()
	if s.budgetLeft(s.at) == 0 {
		return false
	}
	s.Budget = s.Budget.on(s.at)
	s.Budget.HeldAt, s.Budget.Owed = s.at, true
	return true
}

// release ends holding.
func (s *step) release() {
	s.count()
	s.Budget.HeldAt = time.Time{}
}

// count adds what has passed since the last look.
func (s *step) count() {
	if s.Budget.HeldAt.IsZero() {
		return
	}
	s.Budget = s.Budget.on(s.at)
	s.Budget.Used += min(max(0, s.at.Sub(s.Budget.HeldAt)), maxHeldStep)
}
