package main

import (
	"strings"
	"time"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/policy"
)

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
