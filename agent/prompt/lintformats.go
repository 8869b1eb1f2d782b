package prompt

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The longest texts that still read well, in characters.
const (
	longestButton  = 44
	longestLine    = 90
	longestMessage = 900
)

var buttons = []string{"contact", "contact_failed", "start", "later", "close", "ok", "copy", "open_remote_management", "open_my_device", "privacy"}

// lengthOf is the most that a text may have: of a button, of a line, of a message.
func lengthOf(id string) int {
	switch {
	case slices.Contains(buttons, id):
		return longestButton
	case strings.HasPrefix(id, "heading"), strings.HasPrefix(id, "menu_"), id == "working", id == "your_organization":
		return longestLine
	}
	return longestMessage
}

func tooLong(id, text, _ string) string {
	longest, n := lengthOf(id), len([]rune(text))
	return when(n > longest, fmt.Sprintf("it has %d characters; %d is the most that fits", n, longest))
}

// badFormat tells moments apart by what they become: a time of day has to say
// the minute and the half of the day, and a date the day, the month and the
// year; neither may say the other.
func badFormat(id, text, _ string) string {
	t := time.Date(2026, 1, 5, 9, 30, 0, 0, time.UTC)
	times := []time.Time{t.Add(time.Minute), t.Add(time.Hour), t.Add(12 * time.Hour)}
	dates := []time.Time{t.AddDate(0, 0, 1), t.AddDate(0, 1, 0), t.AddDate(1, 0, 0)}
	same := func(other time.Time) bool { return other.Format(text) == t.Format(text) }
	differs := func(other time.Time) bool { return !same(other) }
	switch id {
	case "time_format_12", "time_format_24":
		return when(slices.ContainsFunc(times, same) || slices.ContainsFunc(dates, differs),
			"it is no layout of a time of day in Go's time package: write 3:04 PM or 15:04 the way you want to see it")
	case "date_format":
		return when(slices.ContainsFunc(dates, same) || slices.ContainsFunc(times, differs),
			"it is no layout of a date in Go's time package: write Monday, January 2, 2006 the way you want to see it")
	case "weekdays":
		return when(len(strings.Fields(text)) != 7, "it takes seven words, from Sunday on")
	case "half_days":
		return when(len(strings.Fields(text)) != 2, "it takes two words, for before and after noon")
	case "months":
		return when(len(strings.Fields(text)) != 12, "it takes twelve words, from January on")
	}
	return ""
}
