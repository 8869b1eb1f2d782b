package main

import (
	"fmt"
	"slices"
	"time"

	"fleetmigrate/agent"
	"fleetmigrate/agent/daemon"
)

// why is the one sentence that an admin needs: is the person prompted, and if
// not, what is it that holds it back, and what can be done about it? The first
// reason that explains it is said, from the outside in.
func (r report) why(now time.Time) (prompted bool, why string) {
	d := r.Desktop
	switch {
	case r.Daemon != nil && r.Daemon.Mac.InFleet || d != nil && d.InFleet:
		return false, "this Mac is enrolled in Fleet: there is nothing to prompt for"
	case d == nil:
		return false, r.whyNoDesktop()
	case !r.Alive:
		return false, "the desktop is not running; launchd starts it at login, see orbit doctor"
	case d.Dialog != "":
		return true, fmt.Sprintf("a dialog is open now (%s)", d.Dialog)
	}
	for _, reason := range []func(time.Time) string{r.whyNoLink, r.whyNotAsked, r.whyUnderWay, r.whyNotYet} {
		if why := reason(now); why != "" {
			return false, why
		}
	}
	return false, "a dialog is due now and appears within seconds"
}

// whyNoDesktop is about a Mac on which no desktop has anything to say.
func (r report) whyNoDesktop() string {
	s := r.Daemon
	switch {
	case s == nil && r.Unread != "":
		return "nothing is known: " + r.Unread + "; see orbit doctor"
	case s == nil:
		return "neither the daemon nor the desktop has run yet; see orbit doctor"
	case !r.Running:
		return daemonGone
	case s.Mac.ReadAt.IsZero():
		return "the daemon could not look at this Mac yet: " + orElse(s.Mac.Trouble, "it has just started")
	case s.Mac.UID == 0:
		return "nobody is at the screen"
	case !r.Root:
		return "what the desktop of " + s.Mac.User + " says is theirs and root's to read: run it with sudo"
	case s.Server.Trouble != "":
		return "the desktop of " + s.Mac.User + " has not run yet, and the daemon says: " + s.Server.Trouble
	}
	return "the desktop of " + s.Mac.User + " has not run yet; launchd starts it at login, see orbit doctor"
}

const daemonGone = "the daemon is not running: sudo launchctl kickstart -k system/" + daemon.DaemonLabel + ", and see orbit doctor"

// whyNoLink is about the desktop's way to the server.
func (r report) whyNoLink(time.Time) string {
	d := r.Desktop
	switch {
	case d.Link == agent.NoURL:
		return "no Fleet server is configured: set the option fleet-url"
	case d.Link == agent.NoToken:
		return "the desktop has no device token yet; " + r.tokenTrouble()
	case d.Link == agent.Refused:
		return "the server refuses the desktop's token; " + r.tokenTrouble()
	case d.Link == agent.Unlicensed:
		return "the server has no Fleet Premium license: the migration workflow is part of it"
	case d.SummaryAt.IsZero():
		return "the server has not answered yet: " + orUnknown(d.LastError) + "; see orbit doctor"
	}
	return ""
}

// tokenTrouble is why the daemon gives the desktop no token that is good.
func (r report) tokenTrouble() string {
	switch s := r.Daemon; {
	case s == nil:
		return "the daemon has never run; see orbit doctor"
	case !r.Running:
		return daemonGone
	case s.Server.Trouble != "":
		return "the daemon says: " + s.Server.Trouble
	case s.Token.Trouble != "":
		return "the daemon says: " + s.Token.Trouble
	}
	return "the daemon gives it one within a minute"
}

func failureOf(d *agent.Status) string {
	if d.Failure == nil {
		return "no reason was noted"
	}
	return fmt.Sprintf("%s (%s)", d.Failure.Reason, d.Failure.Code)
}

func holds(gates []agent.Gate, id string) bool {
	return slices.ContainsFunc(gates, func(g agent.Gate) bool { return g.ID == id && !g.OK })
}

// holding is what keeps a dialog that is due from appearing; politeness has an end.
func holding(d *agent.Status) (reasons []string) {
	for _, g := range d.Gates {
		switch {
		case g.OK:
		case g.Hard:
			reasons = append(reasons, g.Reason)
		default:
			reasons = append(reasons, g.Reason+" (for "+span(d.BudgetLeft)+" more today)")
		}
	}
	return reasons
}

func orUnknown(text string) string { return orElse(text, "no reason is known") }

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
