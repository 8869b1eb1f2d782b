package main

import (
	"time"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
)

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
