package prompt

import (
	"strings"
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
