package prompt

import (
	"strings"
	"time"
	"unicode/utf8"

	"fleetmigrate/swiftdialog"
)

// builder is a request and the words for it.
type builder struct {
	Request
	words
}

// message is the whole text: who speaks, heading, what it is about, what
// "Later" means, what IT needs to know.
func (b builder) message() string {
	parts := append(b.sender(), "## "+b.get(b.heading()), b.body())
	switch b.Variant {
	case ADE, Manual, PreSonoma:
		parts = append(parts, b.due()...)
		parts = append(parts, b.promises()...)
	case WaitingADE, WaitingManual:
		if b.ReturnsIn > 0 {
			parts = append(parts, b.returns("returns_close"))
		}
	case Failed, NotEligible:
		if b.Code != "" {
			parts = append(parts, b.fill("code", "code", swiftdialog.EscapeMarkdown(b.Code)))
		}
	}
	return strings.Join(parts, "\n\n")
}

// sender names the organization where neither a logo nor the text does.
func (b builder) sender() []string {
	if b.OrgName == "" || b.Logo.Light != "" || b.Logo.Dark != "" || b.starts() || b.Variant == Done || b.Variant == About {
		return nil
	}
	return []string{strings.TrimSpace(b.org())}
}

func (b builder) heading() string {
	switch b.Variant {
	case Progress, TakingLonger:
		return "heading_progress"
	case WaitingADE, WaitingManual:
		return "heading_waiting"
	case Done, Offline, Failed, NotEligible, About:
		return "heading_" + string(b.Variant)
	}
	return "heading"
}

func (b builder) body() string {
	switch b.Variant {
	case Failed:
		return b.get("failed_" + string(b.reason()))
	case About:
		return b.fill("about", "diagnostic", strings.ReplaceAll(b.Diagnostic, "`", "'"))
	}
	return b.fill(string(b.Variant), "org", b.org(), "place", b.get(b.place()))
}

func (b builder) reason() Reason {
	if b.Reason == "" || b.Reason == ReasonEligible {
		return ReasonInternal
	}
	return b.Reason
}

// place is where a downloaded profile waits. macOS 13 brought System Settings,
// macOS 15 moved the profiles to General.
func (b builder) place() string {
	switch {
	case b.MacOS > 0 && b.MacOS < 13:
		return "place_before_13"
	case b.MacOS > 0 && b.MacOS < 15:
		return "place_before_15"
	}
	return "place"
}

// maxName is the most of an organization's name that leaves room for the rest.
const maxName = 120

func (b builder) org() string {
	name := swiftdialog.EscapeMarkdown(swiftdialog.Text(b.OrgName, maxName))
	switch {
	case name == "":
		return b.get("your_organization")
	case (b.Language == "ja" || b.Language == "zh-Hans") && name[len(name)-1] < utf8.RuneSelf:
		return name + " " // as Apple writes Latin words among theirs
	}
	return name
}

// due names IT's deadline, where there is one.
func (b builder) due() []string {
	if b.Deadline.IsZero() {
		return nil
	}
	at, id := b.Deadline.In(b.Now.Location()), "deadline"
	if b.Now.After(b.Deadline) {
		id = "overdue"
	}
	return []string{b.fill(id, "date", b.date(at), "time", b.clock(at))}
}

// promises say when "Later" brings the window back, and how often it may still
// be chosen.
func (b builder) promises() []string {
	switch {
	case b.DeferralsLeft == 0:
		return []string{b.get("no_deferrals")} // there is no "Later"
	case b.ReturnsIn <= 0:
		return []string{b.get("returns_never")}
	case b.DeferralsLeft < 0:
		return []string{b.returns("returns")}
	}
	return []string{b.returns("returns"), b.count("deferrals", b.DeferralsLeft)}
}

func (b builder) returns(id string) string {
	if !b.ReturnsAt.IsZero() && id == "returns" {
		return b.returnsAt()
	}
	return b.fill(id, "time", b.after(b.ReturnsIn))
}

// returnsAt names the time of day, and the day where it is not today.
func (b builder) returnsAt() string {
	at := b.ReturnsAt.In(b.Now.Location())
	switch days := daysBetween(b.Now, at); {
	case days == 0:
		return b.fill("returns_at", "time", b.clock(at))
	case days < 7:
		return b.fill("returns_on", "day", b.weekday(at), "time", b.clock(at))
	default:
		return b.fill("returns_on", "day", b.date(at), "time", b.clock(at))
	}
}

// daysBetween counts midnights.
func daysBetween(from, to time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}
