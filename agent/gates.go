package agent

import (
	"slices"
	"strings"
	"time"
)

// Gate is one condition of a decent moment, for the log and for `orbit status`.
type Gate struct {
	ID     string `json:"id"`
	OK     bool   `json:"ok"`
	Reason string `json:"reason,omitempty"` // what holds it
	Hard   bool   `json:"hard,omitempty"`   // holds without end and costs no budget
}

const (
	loginQuiet    = time.Minute      // after login, while the Mac is still starting things
	recheck       = 30 * time.Second // of a soft gate that holds
	hardRecheck   = time.Minute      // of a hard one: it may hold all night
	defaultBudget = time.Hour
)

// assertionApps keep the display awake because somebody presents or calls.
// Others (browsers, Amphetamine, caffeinate) do so all day long.
var assertionApps = []string{"zoom.us", "Microsoft Teams", "MSTeams", "Webex", "Keynote", "Microsoft PowerPoint",
	"FaceTime", "Slack", "GoToMeeting", "BlueJeans", "Google Meet", "Meeting Center", "OBS"}

// Gates says of each condition whether a dialog may appear by itself now.
//
// Soft gates are politeness and share one budget a day, after which the dialog
// comes anyway: neither an all-day call nor a tool that keeps the Mac awake
// can hold it off for ever. Hard gates are where nobody could see or use the
// dialog, a locked screen above all; counting those against the budget would
// leave nothing of it for the person who arrives in the morning.
func (m Machine) Gates(at time.Time) []Gate {
	f := m.Facts
	hard := func(id string, holds bool, why string) Gate { return gate(id, holds, why, true) }
	soft := func(id string, holds bool, why string) Gate { return gate(id, holds, why, false) }
	app := m.assertion()
	return []Gate{
		hard("paused", m.Pause.Until.After(at), "paused by IT until "+m.Pause.Until.Format(time.RFC3339)+why(m.Pause.Why)),
		hard("apple_migration", m.apple, "Apple's own migration is scheduled"),
		hard("offline", m.Link == Offline && m.State == Offered, "the Fleet server is not in reach"),
		hard("console_user", f.ConsoleUser.Name == "", "nobody is logged in at the screen"),
		hard("switched_away", f.SwitchedAway, "somebody else is at the screen"),
		hard("setup_assistant", f.SetupAssistant, "Setup Assistant is running"),
		hard("screen_locked", f.ScreenLocked, "the screen is locked"),
		hard("login", !f.LoginAt.After(at) && at.Sub(f.LoginAt) < loginQuiet, "login was less than a minute ago"),
		soft("screen_shared", f.ScreenShared, "the screen is shared"),
		soft("camera", f.CameraInUse, "the camera is in use"),
		soft("microphone", f.MicrophoneInUse, "the microphone is in use"),
		soft("assertion", app != "", app+" keeps the display awake"),
		soft("full_screen", f.FullScreenApp != "", f.FullScreenApp+" is in full screen"),
	}
}

// unpause forgets a brake that has run out, so that the menu need not ask a clock.
func (s *step) unpause() {
	if !s.Pause.Until.After(s.at) {
		s.Pause = Pause{}
	}
}

func why(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func gate(id string, holds bool, why string, hard bool) Gate {
	g := Gate{ID: id, OK: !holds, Hard: hard}
	if holds {
		g.Reason = why
	}
	return g
}

// assertion is the first listed application that keeps the display awake.
func (m Machine) assertion() string {
	apps := m.Policy.AssertionApps
	if len(apps) == 0 {
		apps = assertionApps
	}
	for _, a := range m.Facts.Assertions {
		listed := func(app string) bool { return strings.EqualFold(app, a.Process) }
		if strings.Contains(a.Type, "Display") && slices.ContainsFunc(apps, listed) {
			return a.Process
		}
	}
	return ""
}

// decent applies the gates to a dialog that is due, and keeps the budget.
func (s *step) decent() bool {
	hard, soft := false, false
	for _, g := range s.Gates(s.at) {
		hard = hard || !g.OK && g.Hard
		soft = soft || !g.OK && !g.Hard
	}
	switch {
	case hard:
		s.release()
		s.nextGate = s.at.Add(hardRecheck)
		return false
	case soft && s.hold():
		return false
	}
	s.release()
	return true
}
