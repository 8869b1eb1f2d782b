package main

import (
	"fmt"
	"strings"
	"time"

	"fleetmigrate/agent"
)

// whyNotAsked is about what IT set up.
func (r report) whyNotAsked(now time.Time) string {
	d := r.Desktop
	switch {
	case holds(d.Gates, "apple_migration"):
		return "Apple's own migration is scheduled for this Mac; it goes first (option apple-deadline)"
	case d.Wanted || d.State != agent.Idle:
		return ""
	case d.Link == agent.Offline || d.Link == agent.Unreachable:
		return "the server did not ask for it (" + clock(d.SummaryAt, now) + "), and is not in reach now: " + orUnknown(d.LastError)
	}
	return "the server does not ask for it (last asked " + clock(d.SummaryAt, now) + "): look at this host's page in Fleet, or `mdm.macos_migration` in its settings"
}

// whyUnderWay is about a migration that has begun.
func (r report) whyUnderWay(time.Time) string {
	d := r.Desktop
	switch d.State {
	case agent.Requesting:
		return "the person said Start; the server is being asked to let the old MDM go"
	case agent.Unenrolling:
		return "the person said Start; the old MDM has not let this Mac go yet"
	case agent.Failed:
		return "the migration failed: " + failureOf(d)
	case agent.AwaitingEnrollment:
		if d.NextPrompt.IsZero() {
			return "this Mac has left the old MDM and is not in Fleet yet; " + r.renewal()
		}
	}
	return ""
}

// renewal is how it stands with Apple's own dialog.
func (r report) renewal() string {
	if r.Daemon == nil || !r.Daemon.Renew.Wanted {
		return "the person enrolls by hand"
	}
	return "Remote Management was opened " + fmt.Sprint(r.Daemon.Renew.Attempts) + " times" + prefixed("; not now: ", r.Daemon.Renew.Why)
}

// whyNotYet is about the schedule and the moment.
func (r report) whyNotYet(now time.Time) string {
	d := r.Desktop
	switch {
	case d.NextPrompt.IsZero() && d.Mode == "forced":
		return "the desktop can't tell yet how this Mac is enrolled: " + orElse(r.macTrouble(), "it has just started")
	case d.NextPrompt.IsZero():
		return "the mode is voluntary: a dialog opens when the person chooses it in the menu bar, never by itself"
	case r.Pause != nil && r.Pause.Until.After(d.NextPrompt) && d.NextPrompt.After(now):
		return "paused by IT until " + clock(r.Pause.Until, now) + prefixed(": ", r.Pause.Why) + " (sudo orbit unpause)"
	case d.NextPrompt.After(now):
		return "the next dialog is due at " + clock(d.NextPrompt, now)
	}
	if held := holding(d); len(held) > 0 {
		return "a dialog has been due since " + clock(d.NextPrompt, now) + "; what holds it back: " + strings.Join(held, "; ")
	}
	return ""
}

func (r report) macTrouble() string {
	if r.Daemon == nil {
		return ""
	}
	return r.Daemon.Mac.Trouble
}
