package agent

import (
	"encoding/json"
	"fmt"
	"time"
)

// Status is what the desktop tells `orbit status`: why a Mac is or is not
// prompted, and when it will be. It holds no secret.
type Status struct {
	At          time.Time     `json:"at"`
	Version     string        `json:"version"`
	PID         int           `json:"pid"`
	State       State         `json:"state"`
	Since       time.Time     `json:"since"`
	Wanted      bool          `json:"wanted"` // the server asks
	InFleet     bool          `json:"in_fleet"`
	Mode        string        `json:"mode"`
	Path        string        `json:"path"`
	NextPrompt  time.Time     `json:"next_prompt,omitzero"` // gates aside; zero: none by itself
	Gates       []Gate        `json:"gates"`
	BudgetLeft  time.Duration `json:"budget_left_ns"`
	Deferrals   int           `json:"deferrals_left"` // -1: no limit
	Link        Link          `json:"server"`
	SummaryAt   time.Time     `json:"summary_at,omitzero"`
	LastError   string        `json:"last_error,omitempty"`
	LastShown   time.Time     `json:"last_shown,omitzero"`
	LastClosed  time.Time     `json:"last_closed,omitzero"`
	LastEnding  string        `json:"last_ending,omitempty"`
	Dialog      string        `json:"dialog,omitempty"`   // what is open
	DialogTool  string        `json:"dialog_tool"`        // which tool draws, and why not swiftDialog
	Problems    []string      `json:"problems,omitempty"` // of what IT set up: each what is wrong, and how to mend it
	Failure     *Failure      `json:"failure,omitempty"`
	Consent     *Consent      `json:"consent,omitempty"`
	Menu        []string      `json:"menu"`
	Diagnostics string        `json:"diagnostics"`
}

// Status describes the machine.
func (m Machine) Status(at time.Time) Status {
	s := Status{
		At: at, Version: m.Version, State: m.State, Since: m.Since, Wanted: m.wanted(), InFleet: m.inFleet(),
		Mode: string(m.Summary.Config.MDM.MacOSMigration.Mode), Path: string(m.path()), Gates: m.Gates(at), BudgetLeft: m.budgetLeft(at),
		Deferrals: m.deferralsLeft(), Link: m.Link, SummaryAt: m.SummaryAt, LastShown: m.LastShown, LastClosed: m.LastClosed,
		Dialog: string(m.Window.Shows), Problems: m.problems(), Failure: m.Failure, Consent: m.Consent, Diagnostics: m.Diagnostic(),
	}
	s.NextPrompt, _ = m.NextPrompt(at)
	for _, item := range m.Menu().Items {
		if item.Visible {
			s.Menu = append(s.Menu, item.Title)
		}
	}
	return s
}

// LoadStatus reads a status that the desktop wrote. Root may do so: it follows
// no link and waits for no pipe. What it says is the person's word.
func LoadStatus(path string) (Status, error) {
	var s Status
	data, err := readPlain(path)
	if err != nil {
		return s, fmt.Errorf("reading desktop status: %w", err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("reading desktop status %s: %w", path, err)
	}
	return s, nil
}
