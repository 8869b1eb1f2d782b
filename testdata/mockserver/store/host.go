package store

import (
	"strings"
	"time"
)

// TokenTTL is how long a device token is good after it was first written.
const TokenTTL = time.Hour

// RefetchWindow is how long the MDM query is asked on every read after a
// webhook was taken, and how long further triggers send nothing.
const RefetchWindow = 3 * time.Minute

// Host is the server's record of one Mac.
type Host struct {
	ID             uint   `json:"id"`
	UUID           string `json:"uuid"`
	HardwareSerial string `json:"hardware_serial"`
	HardwareModel  string `json:"hardware_model"`
	Hostname       string `json:"hostname"`
	ComputerName   string `json:"computer_name"`
	Platform       string `json:"platform"`   // "darwin"
	OSVersion      string `json:"os_version"` // "macOS 15.1"

	OsqueryHostID  string      `json:"osquery_host_id"` // empty until osquery enrolled
	OsqueryNodeKey string      `json:"osquery_node_key"`
	OrbitNodeKey   string      `json:"orbit_node_key"`
	Token          DeviceToken `json:"token,omitzero"`

	MDM   *MDM     `json:"mdm"`   // nil until the Mac reported it
	DEP   *DEP     `json:"dep"`   // nil when it was never in ABM
	Fleet FleetMDM `json:"fleet"` // what Fleet's own MDM knows

	RefetchRequested     bool       `json:"refetch_requested"`
	RefetchCriticalUntil *time.Time `json:"refetch_critical_queries_until"` // whole seconds; keeps its past value

	CreatedAt        time.Time `json:"created_at"`
	SeenAt           time.Time `json:"-"` // too often to keep
	DetailUpdatedAt  time.Time `json:"detail_updated_at"`
	LabelUpdatedAt   time.Time `json:"label_updated_at"`
	PolicyUpdatedAt  time.Time `json:"policy_updated_at"`
	FailingPolicies  *uint     `json:"failing_policies"` // nil when unknown
	LastSummary      Summary   `json:"-"`
	LastTrigger      Trigger   `json:"last_trigger,omitzero"`
	Webhooks         []Attempt `json:"webhooks"` // oldest first, at most keptAttempts
	LastDebugErrorAt time.Time `json:"last_debug_error_at,omitzero"`
}

// DeviceToken authenticates the tray. UpdatedAt moves only when the value changes.
type DeviceToken struct {
	Value     string    `json:"value"`
	UpdatedAt time.Time `json:"updated_at"`
}

// ExpiresAt is the moment from which the token is refused.
func (t DeviceToken) ExpiresAt() time.Time { return t.UpdatedAt.Add(TokenTTL) }

// MDM is what osquery last said of the Mac's enrollment.
type MDM struct {
	Enrolled         bool   `json:"enrolled"`
	ServerURL        string `json:"server_url"` // without its query
	InstalledFromDEP bool   `json:"installed_from_dep"`
	Name             string `json:"name"` // "" when the server URL is no known MDM's
}

// Status is Fleet's enrollment_status.
func (m MDM) Status() string {
	switch {
	case m.Enrolled && m.InstalledFromDEP:
		return "On (automatic)"
	case m.Enrolled:
		return "On (manual)"
	case m.InstalledFromDEP:
		return "Pending"
	default:
		return "Off"
	}
}

// ProfileSuccess is the profile status of a host whose enrollment profile Apple took.
const ProfileSuccess = "SUCCESS"

// DEP is the assignment of the serial to Fleet in Apple Business Manager.
type DEP struct {
	AssignedAt    time.Time `json:"assigned_at"`
	ProfileStatus string    `json:"profile_status"`
	DeletedAt     time.Time `json:"deleted_at,omitzero"`
}

// FleetMDM is the enrollment in Fleet's own MDM.
type FleetMDM struct {
	Enabled bool   `json:"enabled"`
	Type    string `json:"type"` // "Device"
}

// Summary is the last answer to the tray's poll.
type Summary struct {
	At                     time.Time
	Status                 int
	NeedsMDMMigration      bool
	RenewEnrollmentProfile bool
}

// Trigger is the last migrate_mdm of a host and why it was refused.
type Trigger struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"`
	Reason string    `json:"reason"`
}

// keptAttempts bounds the history of one host.
const keptAttempts = 20

// Attempt is one webhook that was sent, or tried. URL holds no secret.
type Attempt struct {
	At         time.Time `json:"at"`
	URL        string    `json:"url_masked"`
	Status     int       `json:"status"` // 0 without an answer
	Error      string    `json:"error"`
	Body       string    `json:"body"`
	DurationMS int64     `json:"duration_ms"`
}

// AddAttempt keeps a in the host's history.
func (h *Host) AddAttempt(a Attempt) {
	kept := h.Webhooks[max(0, len(h.Webhooks)-keptAttempts+1):]
	// A new array: copies of the host that were handed out keep theirs.
	h.Webhooks = append(append(make([]Attempt, 0, len(kept)+1), kept...), a)
}

// DisplayName is what people call the host.
func (h Host) DisplayName() string {
	for _, name := range []string{h.ComputerName, h.Hostname, h.HardwareModel, h.HardwareSerial} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return h.UUID
}

// DEPAssigned reports whether the serial is assigned to Fleet in ABM.
func (h Host) DEPAssigned() bool { return h.DEP != nil && h.DEP.DeletedAt.IsZero() }

// InWindow reports whether a webhook was taken less than RefetchWindow ago.
func (h Host) InWindow(now time.Time) bool {
	return h.RefetchCriticalUntil != nil && h.RefetchCriticalUntil.After(now)
}

// OpenWindow starts the refetch window. The time is kept in whole seconds, as a database does.
func (h *Host) OpenWindow(now time.Time) {
	until := now.Add(RefetchWindow).UTC().Round(time.Second)
	h.RefetchCriticalUntil = &until
}

// matches reports whether a person who typed q (lower case) means this host.
func (h Host) matches(q string) bool {
	for _, s := range []string{h.Hostname, h.ComputerName, h.HardwareSerial, h.UUID} {
		if strings.Contains(strings.ToLower(s), q) {
			return true
		}
	}
	return false
}
