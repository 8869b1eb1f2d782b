package daemon

import (
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// Observed is what this Mac says, and who else of Fleet's is on it.
type Observed struct {
	Facts    host.Facts
	Known    bool // the facts were read at least once
	Fleetd   bool // Fleet's own agent is loaded
	Osqueryd bool // a real osqueryd is loaded
}

// companion reports that Fleet's own agent does the server's part.
func companion(c options.Config, o Observed) bool {
	return c.Companion == "on" || c.Companion != "off" && o.Fleetd
}

// vitalsOn reports that orbit answers queries, or why not.
func vitalsOn(c options.Config, o Observed) (on bool, why string) {
	switch {
	case c.Vitals == "off":
		return false, "the option vitals is off"
	case companion(c, o):
		return false, "Fleet's own agent is on this Mac"
	case c.Vitals != "on" && o.Osqueryd:
		return false, "an osqueryd is on this Mac"
	}
	return true, ""
}

// mode says it in words, for the status.
func mode(c options.Config, o Observed) string {
	switch {
	case companion(c, o):
		return "companion of Fleet's own agent"
	case o.Osqueryd:
		return "standalone, beside an osqueryd"
	}
	return "standalone"
}
