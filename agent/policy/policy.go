// Package policy is what IT decided for the desktop: orbit resolves it from
// flags, environment and managed preferences and writes it as one root-owned
// JSON file; the desktop reads it, and watches it for changes.
//
// It is a value with a useful zero, knows no source and does no I/O beyond
// reading and writing that one document.
package policy

import "time"

// Policy is the document. Zero values mean the documented defaults.
type Policy struct {
	FleetURL       string   `json:"fleet_url,omitempty"`
	RootCA         string   `json:"root_ca,omitempty"` // path of a PEM file
	Insecure       bool     `json:"insecure,omitempty"`
	BrowserHost    string   `json:"browser_host,omitempty"`   // replaces the host in links that a browser opens
	MDMHosts       []string `json:"mdm_hosts,omitempty"`      // hosts that count as "in Fleet" beside FleetURL's
	SwiftDialog    string   `json:"swift_dialog,omitempty"`   // path of the Dialog binary
	PollInterval   Duration `json:"poll_interval,omitzero"`   // default 5 min
	ForcedInterval Duration `json:"forced_interval,omitzero"` // default 15 min
	GapInterval    Duration `json:"gap_interval,omitzero"`    // default 3 min

	Deadline         time.Time `json:"deadline,omitzero"`          // none when zero
	Deferrals        int       `json:"deferrals,omitempty"`        // how often "Later" may be chosen; 0: as often as wanted
	PolitenessBudget Duration  `json:"politeness_budget,omitzero"` // per day, default 60 min
	AssertionApps    []string  `json:"assertion_apps,omitempty"`   // processes whose display-sleep assertion counts; empty: the built-in list
	AppleDeadline    time.Time `json:"apple_deadline,omitzero"`    // of Apple's own migration, which leads from macOS 26 on; none when zero
	BlurFrom         string    `json:"blur_from,omitempty"`        // stage from which a forced dialog blurs: "" never, "forced", "deadline"

	// Texts overrides texts per language: language tag, then text id.
	Texts map[string]map[string]string `json:"texts,omitempty"`
}

// Duration is a time.Duration that is written the way people write it: "15m".
type Duration time.Duration

// MarshalText writes the duration as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}
