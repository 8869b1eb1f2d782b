package prompt

import "time"

// due names IT's deadline, where there is one.
func (b builder) due() []string {
	if b.Deadline.IsZero() {
		return nil
	}
	at, id := b.Deadline.In(b.Now.Location()), "deadline"
	if b.Now.After(b.Deadline) {
		id = "overdue"
	}
	return []string{b.fill(id, "date", b.date(at), "time", b.clock(at))}
}

// promises say when "Later" brings the window back, and how often it may still
// be chosen.
func (b builder) promises() []string {
	switch {
	case b.DeferralsLeft == 0:
		return []string{b.get("no_deferrals")} // there is no "Later"
	case b.ReturnsIn <= 0:
		return []string{b.get("returns_never")}
	case b.DeferralsLeft < 0:
		return []string{b.returns("returns")}
	}
	return []string{b.returns("returns"), b.count("deferrals", b.DeferralsLeft)}
}

func (b builder) returns(id string) string {
	if !b.ReturnsAt.IsZero() && id == "returns" {
		return b.returnsAt()
	}
	return b.fill(id, "time", b.after(b.ReturnsIn))
}

// returnsAt names the time of day, and the day where it is not today.
func (b builder) returnsAt() string {
	at := b.ReturnsAt.In(b.Now.Location())
	switch days := daysBetween(b.Now, at); {
	case days == 0:
		return b.fill("returns_at", "time", b.clock(at))
	case days < 7:
		return b.fill("returns_on", "day", b.weekday(at), "time", b.clock(at))
	default:
		return b.fill("returns_on", "day", b.date(at), "time", b.clock(at))
	}
}

// daysBetween counts midnights.
func daysBetween(from, to time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}
