package prompt

import "time"

// Variant names one dialog of the migration.
type Variant string

// The variants, in the order a person may meet them.
const (
	ADE           Variant = "ade"            // macOS 14+, assigned to Fleet in Apple Business: Remote Management opens by itself
	Manual        Variant = "manual"         // macOS 14+, not assigned: My device opens, the profile is installed by hand
	PreSonoma     Variant = "pre_sonoma"     // before macOS 14: a notification has to be clicked
	Progress      Variant = "progress"       // the old MDM is being told to let go
	TakingLonger  Variant = "taking_longer"  // the same, 90 s on
	WaitingADE    Variant = "waiting_ade"    // unenrolled; what to click in Remote Management
	WaitingManual Variant = "waiting_manual" // unenrolled; what to click in My device and System Settings
	Done          Variant = "done"           // in Fleet: a short thank-you
	Offline       Variant = "offline"        // no server in reach
	Failed        Variant = "failed"         // why, in words, with a short code for IT
	NotEligible   Variant = "not_eligible"   // the server said 400
	About         Variant = "about"          // version and a diagnostic line to copy
)

// Variants lists every variant, in order.
var Variants = []Variant{ADE, Manual, PreSonoma, Progress, TakingLonger, WaitingADE, WaitingManual,
	Done, Offline, Failed, NotEligible, About}

// Request is everything a dialog's text and look depend on.
type Request struct {
	Variant  Variant
	Language string // one of Languages, as Match gave it

	Region    string   // "DE": whose way of writing a time of day; "" as Languages say
	Languages []string // as the person prefers them, "en-GB" first
	Clock     string   // "12" or "24" where the person chose; "" as the region has it

	Dark bool

	MacOS int // major version, for where System Settings has things; 0: unknown

	Forced    bool // the server's mode
	Automatic bool // it appears by itself, not after a click
	Blur      bool // the configured stage was reached

	OrgName    string // untrusted
	ContactURL string // already checked by ContactURL; "" offers no contact
	Logo       Logo

	Now           time.Time
	ReturnsIn     time.Duration // when "Later" brings it back; 0: only by the menu
	ReturnsAt     time.Time     // the same as a time of day, where it is told as one
	DeferralsLeft int           // -1: no limit; 0: "Later" is gone
	Deadline      time.Time     // zero: none

	Reason     Reason // of Failed
	Code       string // a short code for IT, of Failed and NotEligible
	Diagnostic string // the copyable line, of About

	Overrides map[string]map[string]string // language, then text id: IT's own texts
	Pictures  string                       // folder of the agent's pictures, as Unpack wrote them
}

// Logo is the organization's logo as local files.
type Logo struct {
	Light, Dark string  // absolute paths; "" none
	Aspect      float64 // width by height; 0: a square
}

// Reason says in kind why a migration failed.
type Reason string

// The reasons; each has its own words in every language.
const (
	ReasonServer   Reason = "server"   // 5xx, or no understandable answer
	ReasonOffline  Reason = "offline"  // no connection
	ReasonRefused  Reason = "refused"  // 401, 402, 403: the server does not know or allow this Mac
	ReasonTimeout  Reason = "timeout"  // the old MDM did not let go within 3 min
	ReasonEligible Reason = "eligible" // 400
	ReasonBrowser  Reason = "browser"  // My device could not be opened
	ReasonInternal Reason = "internal" // the agent's own fault
)
