package agent

import "time"

// Budget is how long politeness has held dialogs back today.
type Budget struct {
	Day    string        `json:"day"` // local date
	Used   time.Duration `json:"used_ns"`
	HeldAt time.Time     `json:"held_at,omitzero"` // when a held dialog was last looked at; zero: none is held
}

// maxHeldStep caps what one look can cost: a longer step was sleep, in which
// nobody was spared anything.
const maxHeldStep = 2 * recheck

func (m Machine) budget() time.Duration {
	return orDefault(time.Duration(m.Policy.PolitenessBudget), defaultBudget)
}

// budgetLeft is what remains of today's budget.
func (m Machine) budgetLeft() time.Duration { return max(0, m.budget()-m.Budget.Used) }

// hold keeps a due dialog back, while the budget lasts.
func (s *step) hold() bool {
	s.count()
	if s.budgetLeft() == 0 {
		return false
	}
	s.Budget.Day, s.Budget.HeldAt = s.day(), s.at
	return true
}

// release ends holding.
func (s *step) release() {
	s.count()
	s.Budget.HeldAt = time.Time{}
}

// count adds what has passed since the last look. Midnight, local time, gives
// a new budget.
func (s *step) count() {
	b := &s.Budget
	if b.Used > 0 && b.Day != s.day() {
		b.Day, b.Used = s.day(), 0
	}
	if !b.HeldAt.IsZero() {
		b.Used += min(max(0, s.at.Sub(b.HeldAt)), maxHeldStep)
	}
}

func (s *step) day() string { return s.at.Format(time.DateOnly) }
