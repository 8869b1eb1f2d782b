package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fleetmigrate/agent"
)

// why is the one sentence that an admin needs: is the person prompted, and if
// not, what is it that holds it back? The first reason that explains it is
// said, from the outside in.
func (r report) why(now time.Time) (prompted bool, why string) {
	d := r.Desktop
	switch {
	case r.Daemon != nil && r.Daemon.Mac.InFleet || d != nil && d.InFleet:
		return false, "this Mac is enrolled in Fleet: there is nothing to prompt for"
	case d == nil && r.Daemon == nil:
		return false, "neither the daemon nor the desktop has run yet; see orbit doctor"
	case d == nil && r.Daemon.Mac.UID == 0:
		return false, "nobody is at the screen"
	case d == nil:
		return false, "nothing is known of the desktop of " + r.Daemon.Mac.User + ": it has not run yet, or this needs sudo"
	case !r.Alive:
		return false, "the desktop is not running; launchd starts it at login, see orbit doctor"
	case d.Dialog != "":
		return true, fmt.Sprintf("a dialog is open now (%s)", d.Dialog)
	}
	if why := r.whyNotAsked(now); why != "" {
		return false, why
	}
	return false, r.whyNotYet(now)
}

// whyNotAsked is about the server.
func (r report) whyNotAsked(now time.Time) string {
	d := r.Desktop
	switch {
	case d.Link == agent.NoURL:
		return "no Fleet server is configured: set the option fleet-url"
	case d.Link == agent.NoToken:
		return "the desktop has no device token yet; " + r.serverTrouble()
	case d.Link == agent.Refused:
		return "the server refuses the desktop's token; " + r.serverTrouble()
	case d.Link == agent.Unlicensed:
		return "the server has no Fleet Premium license: the migration workflow is part of it"
	case d.SummaryAt.IsZero():
		return "the server has not answered yet: " + orUnknown(d.LastError)
	case holds(d.Gates, "apple_migration"):
		return "Apple's own migration is scheduled for this Mac; it goes first (option apple-deadline)"
	case !d.Wanted && d.State == agent.Idle:
		return "the server does not ask for it (last asked " + clock(d.SummaryAt, now) + "): look at this host's page in Fleet, or `mdm.macos_migration` in its settings"
	}
	return ""
}

func (r report) serverTrouble() string {
	if r.Daemon == nil {
		return "the daemon has never run"
	}
	if t := r.Daemon.Server.Trouble; t != "" {
		return "the daemon says: " + t
	}
	if t := r.Daemon.Token.Trouble; t != "" {
		return "the daemon says: " + t
	}
	return "the daemon gives it one within a minute"
}

// whyNotYet is about the schedule and the moment.
func (r report) whyNotYet(now time.Time) string {
	d := r.Desktop
	switch {
	case d.State == agent.Requesting:
		return "the person said Start; the server is being asked to let the old MDM go"
	case d.State == agent.Unenrolling:
		return "the person said Start; the old MDM has not let this Mac go yet"
	case d.State == agent.Failed:
		return "the migration failed: " + failureOf(d)
	case d.NextPrompt.IsZero():
		return "the mode is voluntary: a dialog opens when the person chooses it in the menu bar, never by itself"
	case d.NextPrompt.After(now):
		return "the next dialog is due at " + clock(d.NextPrompt, now)
	}
	if held := holding(d.Gates); len(held) > 0 {
		return "a dialog has been due since " + clock(d.NextPrompt, now) + "; what holds it back: " + strings.Join(held, "; ")
	}
	return "a dialog is due now and appears within seconds"
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

func holding(gates []agent.Gate) (reasons []string) {
	for _, g := range gates {
		if !g.OK {
			reasons = append(reasons, g.Reason)
		}
	}
	return reasons
}

func orUnknown(text string) string {
	if text == "" {
		return "no reason is known"
	}
	return text
}
