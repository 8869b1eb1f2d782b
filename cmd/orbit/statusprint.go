package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"fleetmigrate/agent"
	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
)

// print writes the report for a person. The answer comes first.
func (r report) print(w io.Writer, now time.Time) error {
	fmt.Fprintf(w, "Prompted now: %s. %s.\n", yesNo(r.Prompted), plain(strings.ToUpper(r.Why[:1])+r.Why[1:]))
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(table, "  %s\t%s\n", plain(name), plain(fmt.Sprintf(format, args...)))
	}
	section := func(name string) { fmt.Fprintf(table, "\n%s\n", name) }
	if r.Pause != nil {
		line("paused", "until %s: %s", clock(r.Pause.Until, now), r.Pause.Why)
	}
	if r.Daemon != nil {
		section("This Mac")
		printMac(line, r.Daemon, now)
	}
	if r.Desktop != nil {
		section("Migration")
		printDesktop(line, r.Desktop, r.Alive, now)
		section("Gates: may a dialog appear by itself?")
		printGates(line, r.Desktop)
	}
	if r.Daemon != nil {
		section("Daemon")
		printDaemon(line, r.Daemon, r.Running, now)
		section("Server: last answers")
		for _, call := range slices.Sorted(maps.Keys(r.Daemon.Server.Answers)) {
			a := r.Daemon.Server.Answers[call]
			line(call, "%s, %s", a.Text, clock(a.At, now))
		}
		for _, p := range r.Daemon.Problems {
			line("problem", "%s", p.Error())
		}
	}
	for _, m := range r.Missing {
		line("missing", "%s", m)
	}
	return table.Flush()
}

type liner = func(name, format string, args ...any)

func printMac(line liner, s *daemon.Status, now time.Time) {
	line("enrollment", "%s", enrollment(s.Mac.Enrollment, s.Mac.InFleet))
	line("Apple Business", "%s", assignment(s.Mac.ADE, now))
	line("profiles show", "%d of %d calls in a day, last %s: %s", s.Apple.Calls, s.Apple.Limit, clock(s.Apple.LastAt, now), orUnknown(s.Apple.LastSaid))
	if s.Apple.NotBefore.After(now) {
		line("", "Apple is asked again at %s", clock(s.Apple.NotBefore, now))
	}
	if s.Mac.User == "" {
		line("person", "nobody is at the screen")
	} else {
		line("person", "%s (%d)", s.Mac.User, s.Mac.UID)
	}
	line("looked at", "%s%s", clock(s.Mac.ReadAt, now), prefixed("; trouble: ", s.Mac.Trouble))
	renew := "not asked for by the server"
	if s.Renew.Wanted {
		renew = "asked for by the server" + prefixed("; not now: ", s.Renew.Why) + ", next " + clock(s.Renew.NextAt, now)
	}
	line("Remote Management", "%s; opened %d times, last %s%s", renew, s.Renew.Attempts, clock(s.Renew.LastAt, now), prefixed("; failed: ", s.Renew.LastErr))
	if s.Removal.Enabled {
		line("removal", "%s", removalOf(s.Removal, now))
	}
}

func enrollment(e host.Enrollment, inFleet bool) string {
	switch {
	case !e.Enrolled:
		return "in no MDM"
	case inFleet:
		return "in Fleet, at " + e.ServerURL + how(e)
	}
	return "in another MDM, at " + e.ServerURL + how(e)
}

func how(e host.Enrollment) string {
	if e.ViaDEP {
		return " (automatic)"
	}
	return " (by hand)"
}

func assignment(a host.ADE, now time.Time) string {
	cached := ""
	if a.Cached {
		cached = ", the last good answer"
	}
	switch {
	case a.Unknown:
		return "Apple has not answered yet"
	case !a.Assigned:
		return "not assigned, asked " + clock(a.ReadAt, now) + cached
	}
	return "assigned to " + a.ConfigurationWebURL + ", asked " + clock(a.ReadAt, now) + cached
}

func removalOf(r daemon.RemovalStatus, now time.Time) string {
	if r.At.IsZero() {
		return "when this Mac has been in Fleet for a while"
	}
	return "at " + clock(r.At, now)
}

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

func printDaemon(line liner, s *daemon.Status, running bool, now time.Time) {
	line("process", "%d, version %s, running: %s, since %s", s.PID, s.Version, yesNo(running), clock(s.StartedAt, now))
	line("mode", "%s", s.Mode)
	line("server", "%s, enrolled: %s%s", orNone(s.Server.URL), yesNo(s.Server.Enrolled), prefixed("; trouble: ", s.Server.Trouble))
	if s.Server.RetryAt.After(now) {
		line("", "asked again at %s, after %d failures", clock(s.Server.RetryAt, now), s.Server.Failures)
	}
	if s.Token.RegisteredAt.IsZero() {
		line("device token", "none of its own%s", prefixed("; ", s.Token.Trouble))
	} else {
		line("device token", "for user %d, registered %s, changes %s%s", s.Token.UID, clock(s.Token.RegisteredAt, now), clock(s.Token.RotatesAt, now), prefixed("; trouble: ", s.Token.Trouble))
	}
	if s.Vitals.On {
		line("vitals", "asked for %s%s, answered %s: %s", clock(s.Vitals.ReadAt, now), every(s.Vitals.Every), clock(s.Vitals.WroteAt, now), strings.Join(s.Vitals.Answered, ", ")+prefixed("; trouble: ", s.Vitals.Trouble))
	} else {
		line("vitals", "off%s", prefixed(": ", s.Vitals.Why))
	}
}

// every is the pace, once the server was asked about it.
func every(d policy.Duration) string {
	if d == 0 {
		return ""
	}
	return ", every " + span(time.Duration(d))
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
