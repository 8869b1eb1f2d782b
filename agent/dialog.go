package agent

import (
	"runtime"
	"time"

	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
)

// dialog is everything the words and looks of a dialog depend on.
func (s *step) dialog(v prompt.Variant) prompt.Request {
	org := s.Summary.Config.OrgInfo
	contact, err := prompt.ContactURL(org.ContactURL)
	if err != nil {
		contact = "" // reported by the shell when it arrives; never shown, never opened
	}
	return prompt.Request{
		Variant: v, Language: s.language(), Region: s.Facts.Region, Languages: s.Facts.Languages, Clock: s.Facts.Clock, Dark: s.Facts.Appearance == "dark", MacOS: osMajor(s.Facts.OSVersion),
		Forced:    s.Summary.Config.MDM.MacOSMigration.Mode.Forced() || s.overdue(),
		Automatic: s.Window.Auto, Blur: s.blur(),
		OrgName: org.OrgName, ContactURL: contact, Logo: s.Logo,
		Now: s.at, ReturnsIn: s.returnsIn(v), ReturnsAt: s.Promise, DeferralsLeft: s.deferralsLeft(), Deadline: s.Policy.Deadline,
		Reason: s.failure().Reason, Code: s.failure().Code, Diagnostic: s.Diagnostic(),
		Overrides: s.Policy.Texts, Pictures: s.Pictures,
	}
}

func (m Machine) failure() Failure {
	if m.Failure == nil {
		return Failure{}
	}
	return *m.Failure
}

func (s *step) overdue() bool {
	return !s.Policy.Deadline.IsZero() && s.at.After(s.Policy.Deadline)
}

// blur takes the whole screen only for dialogs that came by themselves, and
// only from the stage on that IT named. Over a full-screen app the window may
// lie in another space than the blur, and the Mac would look locked.
func (s *step) blur() bool {
	if !s.Window.Auto || s.Facts.FullScreenApp != "" {
		return false
	}
	switch s.Policy.BlurFrom {
	case "forced":
		return s.Summary.Config.MDM.MacOSMigration.Mode.Forced() || s.overdue()
	case "deadline":
		return s.overdue()
	default:
		return false
	}
}

// returnsIn is when the dialog comes back by itself; 0 when it does not.
func (s *step) returnsIn(v prompt.Variant) time.Duration {
	after := s.Machine
	if after.State == Prompting || v == prompt.Failed || v == prompt.NotEligible {
		after.State = Offered
	}
	every, ok := after.interval(s.at)
	if !ok {
		return 0
	}
	return every
}

func (m Machine) deferralsLeft() int {
	if m.Policy.Deferrals <= 0 {
		return -1
	}
	return max(0, m.Policy.Deferrals-m.Deferrals)
}

// Diagnostic is one line that a person can copy for IT. It holds no secret and
// no name.
func (m Machine) Diagnostic() string {
	where := "not enrolled"
	switch {
	case !m.FactsKnown:
		where = "enrollment unknown"
	case m.inFleet():
		where = "in Fleet"
	case m.Facts.Enrollment.Enrolled:
		where = "in " + policy.HostOf(m.Facts.Enrollment.ServerURL)
	}
	line := "Fleet Desktop " + m.Version + " " + runtime.GOARCH + "; macOS " + m.Facts.OSVersion + "; serial " + m.Facts.HardwareSerial +
		"; " + string(m.State) + " since " + m.Since.UTC().Format(time.RFC3339) + "; " + where + "; server " + string(m.Link)
	if m.Failure != nil {
		line += "; code " + m.Failure.Code
	}
	return line
}
