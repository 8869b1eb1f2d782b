package main

import (
	"fmt"
	"time"
)

// clock says a time as people do, with how far away it is: "14:30:05 (in 5m)".
func clock(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	layout := "Mon Jan 2 15:04:05"
	if t.Local().Format(time.DateOnly) == now.Local().Format(time.DateOnly) {
		layout = "15:04:05"
	}
	return fmt.Sprintf("%s (%s)", t.Local().Format(layout), distance(t.Sub(now)))
}

func distance(d time.Duration) string {
	switch {
	case d.Abs() < time.Second:
		return "now"
	case d < 0:
		return span(-d) + " ago"
	}
	return "in " + span(d)
}

// span is a duration with the two units that matter: "2d3h", "5m10s".
func span(d time.Duration) string {
	d = d.Round(time.Second)
	days, hours, minutes, seconds := d/(24*time.Hour), d/time.Hour%24, d/time.Minute%60, d/time.Second%60
	switch {
	case days > 0:
		return fmt.Sprintf("%dd%dh", days, hours)
	case hours > 0:
		return fmt.Sprintf("%dh%dm", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%dm%ds", minutes, seconds)
	}
	return fmt.Sprintf("%ds", seconds)
}
