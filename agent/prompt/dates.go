package prompt

import (
	"strings"
	"time"
)

// Dates are written by time.Format with a layout per language, in which the
// English names of days and months then become the language's own. A library
// that brings the Unicode names for every language of the world would cost the
// desktop 200 kB; a test compares ours with such a library, day by day.

// date is a day in full: "Thursday, November 26, 2026".
func (w words) date(t time.Time) string {
	var pairs []string
	days, months := strings.Fields(w.get("weekdays")), strings.Fields(w.get("months"))
	for d := time.Sunday; d <= time.Saturday && len(days) == 7; d++ {
		pairs = append(pairs, d.String(), days[d])
	}
	for m := time.January; m <= time.December && len(months) == 12; m++ {
		pairs = append(pairs, m.String(), months[m-1])
	}
	return strings.NewReplacer(pairs...).Replace(t.Format(w.get("date_format")))
}

func (w words) clock(t time.Time) string { return t.Format(w.get("time_format")) }

// when says when something comes, seen from now: "at 3:04 PM", "tomorrow at …".
func (w words) when(now, t time.Time) string {
	id := "when_date"
	for days, name := range []string{"when_today", "when_tomorrow"} {
		if sameDay(now.AddDate(0, 0, days), t) {
			id = name
		}
	}
	return w.fill(id, "date", w.date(t), "time", w.clock(t))
}

func sameDay(a, b time.Time) bool {
	return a.Format(time.DateOnly) == b.Format(time.DateOnly)
}
