package agent

import (
	"time"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
)

// State is where the migration stands.
type State string

// The states. They appear in logs, in the state file and in tests as they are.
const (
	Idle               State = "idle"
	Offered            State = "offered"
	Prompting          State = "prompting"
	Requesting         State = "requesting"
	Unenrolling        State = "unenrolling"
	AwaitingEnrollment State = "awaiting_enrollment"
	Failed             State = "failed"
	Done               State = "done"
)

// Machine is all the migration knows: what survives a restart, what the
// outside last said, and which dialog is open. It is a value.
type Machine struct {
	Durable
	World
	Window Window

	reading  bool      // a read of the facts is under way
	again    bool      // and another is to follow
	misread  bool      // the last one failed
	asking   bool      // a request is under way
	retryAt  time.Time // no request before
	nextRead time.Time // of the facts, while something is expected to change
	nextGate time.Time // look at a hard gate again
	pollAt   time.Time // no extra poll before
	clicked  time.Time // on "Migrate to Fleet", while a dialog was open
	trouble  bool      // the last dialog could not be shown
	apple    bool      // Apple's own migration is pending
}

// Durable is the part that is written to disk, before any effect that depends on it.
type Durable struct {
	State      State     `json:"state"`
	Since      time.Time `json:"since"`
	Consent    *Consent  `json:"consent,omitempty"`
	Failure    *Failure  `json:"failure,omitempty"`
	LastShown  time.Time `json:"last_shown,omitzero"`  // of a dialog that asks for something
	LastClosed time.Time `json:"last_closed,omitzero"` // of the same
	SaidAt     time.Time `json:"said_at,omitzero"`     // when its words were chosen: as it opened, or anew since
	Promise    time.Time `json:"promise,omitzero"`     // when the last question said that it comes back; zero: it named no time of day
	Deferrals  int       `json:"deferrals,omitempty"`  // how often "Later" was chosen
	Budget     Budget    `json:"budget,omitzero"`
	RenewAsked time.Time `json:"renew_asked,omitzero"` // "Open Remote Management again"; a hint for orbit
}

// Consent is a proved Start. It is written before the request it allows, so
// that a crash neither forgets nor repeats it.
type Consent struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Tries    int       `json:"tries,omitempty"`
	Accepted bool      `json:"accepted,omitempty"` // the server answered 204
}

// Failure is why a migration stopped.
type Failure struct {
	Reason prompt.Reason `json:"reason"`
	Code   string        `json:"code"` // short, for IT
}

// World is what the outside last said.
type World struct {
	Policy     policy.Policy
	Facts      host.Facts
	FactsKnown bool
	FactsAt    time.Time // of the last read, not of the last change
	Summary    deviceclient.Summary
	SummaryAt  time.Time // zero: never answered
	Link       Link
	Pause      Pause
	Logo       prompt.Logo
	Pictures   string // folder of the agent's pictures
	Version    string // of the agent
}

// Link is how the server is in reach.
type Link string

// The links.
const (
	Connecting  Link = "connecting"
	Online      Link = "online"
	Offline     Link = "offline"
	Unreachable Link = "unreachable" // it answers, but not usably
	Refused     Link = "refused"     // 401: the token is not accepted
	Unlicensed  Link = "unlicensed"  // 402
	NoToken     Link = "no_token"
	NoURL       Link = "no_url"
)

// Pause is the support brake: no dialog by itself until then.
type Pause struct {
	Until time.Time `json:"until"`
	Why   string    `json:"why"`
}

// Window is the one dialog: what is open, and what should be.
type Window struct {
	ID      int            // of the open dialog; 0: none
	Shows   prompt.Variant // what it shows
	Wants   prompt.Variant // what should be open; "" nothing
	Auto    bool           // it is to appear, or appeared, by itself
	Closing bool
	Last    int // the last id given
}
