package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
)

// Status is what `orbit status` shows of the daemon. It holds no secret and is
// readable by everybody.
type Status struct {
	At        time.Time         `json:"at"`
	Version   string            `json:"version"`
	PID       int               `json:"pid"`
	StartedAt time.Time         `json:"started_at"`
	Problems  []options.Problem `json:"problems,omitempty"` // of the configuration
	Mode      string            `json:"mode"`               // "standalone", or beside whom
	Server    ServerStatus      `json:"server"`
	Token     TokenStatus       `json:"token"`
	Vitals    VitalsStatus      `json:"vitals"`
	Mac       MacStatus         `json:"mac"`
	Apple     AppleStatus       `json:"apple"`
	Renew     RenewStatus       `json:"renew"`
	Removal   RemovalStatus     `json:"removal"`
}

// ServerStatus is how it stands with the Fleet server.
type ServerStatus struct {
	URL        string            `json:"url"`
	Enrolled   bool              `json:"enrolled"` // with the server, by node key; not in its MDM
	EnrolledAt time.Time         `json:"enrolled_at,omitzero"`
	Trouble    string            `json:"trouble,omitempty"` // why nothing goes on, in plain words
	RetryAt    time.Time         `json:"retry_at,omitzero"`
	Failures   int               `json:"failures,omitempty"` // in a row
	Answers    map[string]Answer `json:"answers,omitempty"`  // by what was asked
}

// Answer is the last answer to one kind of call.
type Answer struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"` // "ok", or what was wrong
}

// TokenStatus is how it stands with the desktop's token.
type TokenStatus struct {
	UID          int       `json:"uid,omitempty"` // whose it is; 0: nobody is at the screen
	RegisteredAt time.Time `json:"registered_at,omitzero"`
	RotatesAt    time.Time `json:"rotates_at,omitzero"`
	Trouble      string    `json:"trouble,omitempty"`
}

// VitalsStatus is how it stands with the server's queries.
type VitalsStatus struct {
	On       bool            `json:"on"`
	Why      string          `json:"why,omitempty"`  // why not
	Every    policy.Duration `json:"every,omitzero"` // in quiet times, as IT and the server's agent options have it; 0 before the server said
	Trouble  string          `json:"trouble,omitempty"`
	ReadAt   time.Time       `json:"read_at,omitzero"`
	WroteAt  time.Time       `json:"wrote_at,omitzero"`
	Answered []string        `json:"answered,omitempty"` // the last time
	Refused  int             `json:"refused,omitempty"`  // queries that are not this agent's to answer
}

// MacStatus is what this Mac said last.
type MacStatus struct {
	ReadAt     time.Time       `json:"read_at,omitzero"`
	Trouble    string          `json:"trouble,omitempty"`
	Enrollment host.Enrollment `json:"enrollment"`
	InFleet    bool            `json:"in_fleet"`
	ADE        host.ADE        `json:"ade"`
	User       string          `json:"user,omitempty"`
	UID        int             `json:"uid,omitempty"`
}

// AppleStatus is the ledger of `profiles show`.
type AppleStatus struct {
	Calls     int       `json:"calls"` // within a day
	Limit     int       `json:"limit"`
	LastAt    time.Time `json:"last_at,omitzero"`
	LastSaid  string    `json:"last_said,omitempty"`
	NotBefore time.Time `json:"not_before,omitzero"`
}

// RenewStatus is how it stands with `profiles renew`.
type RenewStatus struct {
	Wanted bool      `json:"wanted"`        // by the server
	Why    string    `json:"why,omitempty"` // why it is not run now
	NextAt time.Time `json:"next_at,omitzero"`
	host.Renew
}

// RemovalStatus is when the agent removes itself.
type RemovalStatus struct {
	Enabled bool      `json:"enabled"`
	Since   time.Time `json:"in_fleet_since,omitzero"`
	At      time.Time `json:"at,omitzero"`
}

// LoadStatus reads the status of the daemon that runs, or ran last.
func LoadStatus(varDir string) (Status, error) {
	var s Status
	path := filepath.Join(varDir, "status.json")
	if _, err := os.Stat(path); err != nil {
		return s, fmt.Errorf("reading the daemon's status: %w", err)
	}
	return s, read(path, &s)
}
