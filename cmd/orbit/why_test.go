package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/agent/daemon"
)

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// asking is a Mac that is asked to migrate in forced mode, where everything runs.
func asking(change func(*report)) report {
	r := report{Running: true, Alive: true, Root: true,
		Daemon: &daemon.Status{Mac: daemon.MacStatus{ReadAt: noon, User: "jo", UID: 501}, Server: daemon.ServerStatus{Enrolled: true}},
		Desktop: &agent.Status{State: agent.Offered, Wanted: true, Mode: "forced", Link: agent.Online, SummaryAt: noon.Add(-time.Minute),
			NextPrompt: noon.Add(5 * time.Minute)}}
	change(&r)
	return r
}

// The first line names what an admin can act on, from the outside in.
func TestWhy(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*report)
		says   string
	}{
		"nothing ever ran": {func(r *report) { r.Daemon, r.Desktop = nil, nil }, "neither the daemon nor the desktop has run yet"},
		"a damaged status": {func(r *report) { r.Daemon, r.Desktop, r.Unread = nil, nil, "reading status.json: it is damaged" }, "nothing is known: reading status.json: it is damaged"},
		"the daemon died":  {func(r *report) { r.Desktop, r.Running = nil, false }, "sudo launchctl kickstart -k system/com.fleetmigrate.orbit"},
		"the Mac hangs": {func(r *report) {
			r.Desktop, r.Daemon.Mac = nil, daemon.MacStatus{Trouble: "running /usr/bin/profiles: no answer"}
		}, "could not look at this Mac yet: running /usr/bin/profiles"},
		"nobody is there":       {func(r *report) { r.Desktop, r.Daemon.Mac.UID = nil, 0 }, "nobody is at the screen"},
		"without sudo":          {func(r *report) { r.Desktop, r.Root = nil, false }, "run it with sudo"},
		"the secret is refused": {func(r *report) { r.Desktop, r.Daemon.Server.Trouble = nil, "enroll secret refused" }, "enroll secret refused"},
		"no desktop":            {func(r *report) { r.Desktop = nil }, "the desktop of jo has not run yet"},
		"the desktop died":      {func(r *report) { r.Alive = false }, "the desktop is not running"},
		"in Fleet":              {func(r *report) { r.Desktop.InFleet = true }, "enrolled in Fleet"},
		"no token":              {func(r *report) { r.Desktop.Link, r.Daemon.Server.Trouble = agent.NoToken, "enroll secret refused" }, "no device token yet; the daemon says: enroll secret refused"},
		"no token, no daemon":   {func(r *report) { r.Desktop.Link, r.Running = agent.Refused, false }, "refuses the desktop's token; the daemon is not running"},
		"free":                  {func(r *report) { r.Desktop.Link = agent.Unlicensed }, "no Fleet Premium license"},
		"never answered":        {func(r *report) { r.Desktop.SummaryAt, r.Desktop.LastError = time.Time{}, "no such host" }, "the server has not answered yet: no such host"},
		"not asked":             {func(r *report) { r.Desktop.Wanted, r.Desktop.State = false, agent.Idle }, "the server does not ask for it"},
		"not asked, and offline": {func(r *report) {
			r.Desktop.Wanted, r.Desktop.State, r.Desktop.Link, r.Desktop.LastError = false, agent.Idle, agent.Offline, "no route"
		}, "is not in reach now: no route"},
		"Apple goes first": {func(r *report) { r.Desktop.Gates = []agent.Gate{{ID: "apple_migration"}} }, "apple-deadline"},
		"the webhook":      {func(r *report) { r.Desktop.State = agent.Unenrolling }, "the old MDM has not let this Mac go yet"},
		"failed": {func(r *report) {
			r.Desktop.State, r.Desktop.Failure = agent.Failed, &agent.Failure{Reason: "timeout", Code: "T3"}
		}, "timeout (T3)"},
		"the gap, by hand": {func(r *report) { r.Desktop.State, r.Desktop.NextPrompt = agent.AwaitingEnrollment, time.Time{} }, "not in Fleet yet; the person enrolls by hand"},
		"the gap, by Apple": {func(r *report) {
			r.Desktop.State, r.Desktop.NextPrompt, r.Daemon.Renew = agent.AwaitingEnrollment, time.Time{}, daemon.RenewStatus{Wanted: true, Why: "nobody is at the screen"}
		}, "Remote Management was opened 0 times; not now: nobody is at the screen"},
		"the facts are not known": {func(r *report) { r.Desktop.State, r.Desktop.NextPrompt = agent.Idle, time.Time{} }, "can't tell yet how this Mac is enrolled"},
		"voluntary":               {func(r *report) { r.Desktop.Mode, r.Desktop.NextPrompt = "voluntary", time.Time{} }, "the mode is voluntary"},
		"later":                   {func(*report) {}, "the next dialog is due at"},
		"paused past the next":    {func(r *report) { r.Pause = &agent.Pause{Until: noon.Add(time.Hour), Why: "board meeting"} }, "paused by IT until"},
		"held": {func(r *report) {
			r.Desktop.NextPrompt, r.Desktop.Gates = noon.Add(-time.Minute), []agent.Gate{{ID: "screen_locked", Reason: "the screen is locked", Hard: true}}
		}, "what holds it back: the screen is locked"},
		"a call": {func(r *report) {
			r.Desktop.NextPrompt, r.Desktop.Gates, r.Desktop.BudgetLeft = noon, []agent.Gate{{ID: "assertion", Reason: "zoom.us keeps the display awake"}}, 40*time.Minute
		}, "zoom.us keeps the display awake (for 40m0s more today)"},
		"now": {func(r *report) { r.Desktop.NextPrompt = noon }, "within seconds"},
	} {
		prompted, why := asking(tt.change).why(noon)
		require.False(t, prompted, name)
		require.Contains(t, why, tt.says, name)
	}
	prompted, why := asking(func(r *report) { r.Desktop.Dialog = "ade" }).why(noon)
	require.True(t, prompted)
	require.Contains(t, why, "a dialog is open now (ade)")
}

func TestNearest(t *testing.T) {
	known := []string{"status", "doctor", "config", "pause", "unpause", "uninstall"}
	for typed, want := range map[string]string{"sttaus": "status", "doktor": "doctor", "conf": "config", "un": "unpause", "pauze": "pause", "xyzzy": "", "x": "", "": ""} {
		require.Equal(t, want, nearest(typed, known), typed)
	}
}
