package main

import (
	"fmt"
	"strings"
	"time"

	"fleetmigrate/agent"
)

func printDesktop(line liner, d *agent.Status, alive bool, now time.Time) {
	line("state", "%s since %s", d.State, clock(d.Since, now))
	line("server asks", "%s, mode %s, last asked %s, server %s%s", yesNo(d.Wanted), modeWord(d.Mode), clock(d.SummaryAt, now), d.Link, prefixed(": ", d.LastError))
	line("way", "%s", d.Path)
	next := "none by itself"
	if !d.NextPrompt.IsZero() {
		next = clock(d.NextPrompt, now) + ", if the gates allow"
	}
	line("next dialog", "%s", next)
	line("last dialog", "shown %s, closed %s%s", clock(d.LastShown, now), clock(d.LastClosed, now), prefixed(": ", d.LastEnding))
	if d.Deferrals >= 0 {
		line("Later", "may be chosen %d more times", d.Deferrals)
	} else {
		line("Later", "may be chosen as often as they like")
	}
	if d.Failure != nil {
		line("failure", "%s", failureOf(d))
	}
	if d.Consent != nil {
		line("consent", "%s, %d tries, accepted by the server: %s", clock(d.Consent.At, now), d.Consent.Tries, yesNo(d.Consent.Accepted))
	}
	line("dialogs by", "%s", d.DialogTool)
	for _, p := range d.Problems {
		line("problem", "%s", p)
	}
	line("menu", "%s", strings.Join(d.Menu, " | "))
	line("process", "%s, version %s, running: %s", fmt.Sprint(d.PID), d.Version, yesNo(alive))
}

func modeWord(mode string) string {
	if mode == "" {
		return "voluntary"
	}
	return mode
}

func printGates(line liner, d *agent.Status) {
	for _, g := range d.Gates {
		switch {
		case g.OK:
			line(g.ID, "yes")
		case g.Hard:
			line(g.ID, "no: %s", g.Reason)
		default:
			line(g.ID, "no: %s (for %s more today)", g.Reason, span(d.BudgetLeft))
		}
	}
	line("politeness left", "%s today", span(d.BudgetLeft))
}
