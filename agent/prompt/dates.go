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

// clock is a time of day: "2:30 PM", or "14:30".
func (w words) clock(t time.Time) string {
	id := "time_format_24"
	if w.twelve {
		id = "time_format_12"
	}
	text := t.Format(w.get(id))
	if halves := strings.Fields(w.get("half_days")); len(halves) == 2 {
		text = strings.NewReplacer("AM", halves[0], "PM", halves[1]).Replace(text)
	}
	return text
}

// weekday is a day within the next six: "Tuesday". It stays true over midnight,
// which "tomorrow" does not.
func (w words) weekday(t time.Time) string {
	if days := strings.Fields(w.get("weekdays")); len(days) == 7 {
		return days[t.Weekday()]
	}
	return w.date(t)
}

// after is a span of time in whole hours where it is some, else in minutes.
// It begins when the window closes, so it is true however long that stays open.
func (w words) after(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return w.count("hours", int(d/time.Hour))
	}
	return w.count("minutes", max(1, int(d.Round(time.Minute)/time.Minute)))
}
