package agent

import (
	"time"

	"fleetmigrate/agent/prompt"
)

// Effect is something the shell has to do.
type Effect interface{ effect() }

// The effects.
type (
	// ReadFacts asks the Mac; the answer is FactsRead.
	ReadFacts struct{}
	// Poll asks the server now.
	Poll struct{}
	// Show opens dialog ID; its end is DialogEnded.
	Show struct {
		ID     int
		Prompt prompt.Request
	}
	// Update changes the open dialog ID in place.
	Update struct {
		ID     int
		Prompt prompt.Request
	}
	// Raise brings the open dialog ID to the front.
	Raise struct{ ID int }
	// Close ends dialog ID; its end is DialogEnded all the same.
	Close struct{ ID int }
	// Migrate calls migrate_mdm under a consent; the answer is MigrateAnswered.
	Migrate struct{ Consent string }
	// Open shows a page in the person's browser.
	Open struct{ Page Page }
	// Copy puts a text on the person's clipboard.
	Copy struct{ Text string }
)

func (ReadFacts) effect() {}
func (Poll) effect()      {}
func (Show) effect()      {}
func (Update) effect()    {}
func (Raise) effect()     {}
func (Close) effect()     {}
func (Migrate) effect()   {}
func (Open) effect()      {}
func (Copy) effect()      {}

// Page is something a browser can show.
type Page string

// The pages.
const (
	MyDevice     Page = "my_device"
	Contact      Page = "contact"
	Transparency Page = "transparency"
)

// Outcome is what a request came to.
type Outcome struct {
	OK         bool
	Reason     prompt.Reason // where it is not OK
	Status     int           // HTTP status; 0: no answer
	Retry      bool          // trying again may help
	RetryAfter time.Duration // as the server asked
}
