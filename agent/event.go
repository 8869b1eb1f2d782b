package agent

import (
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// Event is something that happened outside. Each event knows how to change a step.
type Event interface{ apply(*step) }

// The events.
type (
	// Started is the first event after the durable part was loaded.
	Started struct{}
	// Alarm is the time that Machine.Alarm asked for.
	Alarm struct{}
	// SummaryArrived is a good answer of the server.
	SummaryArrived struct{ Summary deviceclient.Summary }
	// SummaryFailed is a poll without one.
	SummaryFailed struct{ Link Link }
	// FactsRead is what the Mac said: Err leaves the last facts standing.
	FactsRead struct {
		Facts host.Facts
		Err   error
	}
	// HostChanged says that the facts may have changed; it carries none.
	HostChanged struct{}
	// PolicyChanged carries IT's newest decisions.
	PolicyChanged struct{ Policy policy.Policy }
	// PauseChanged carries the support brake; the zero Pause releases it.
	PauseChanged struct{ Pause Pause }
	// LogoReady carries the organization's logo as local files.
	LogoReady struct{ Logo prompt.Logo }
	// Clicked is a click on a menu item.
	Clicked struct{ Item ItemID }
	// MenuOpened says that the person looks at the menu.
	MenuOpened struct{}
	// DialogEnded says how dialog ID ended.
	DialogEnded struct {
		ID     int
		Ending swiftdialog.Ending
	}
	// MigrateAnswered is the outcome of the request that Consent allowed.
	MigrateAnswered struct {
		Consent string
		Outcome Outcome
	}
	// OpenFailed says that a page could not be opened in the browser.
	OpenFailed struct{ Page Page }
)

// TokenChanged says that there is a new device token: it is worth a poll.
type TokenChanged struct{}

func (TokenChanged) apply(*step) {}
