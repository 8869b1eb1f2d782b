package host

import (
	"regexp"
	"strings"
)

// ParseProfilesStatus reads `profiles status -type enrollment` by its keys:
// warnings and further lines in between change nothing. ok is false where the
// output is not an answer.
func ParseProfilesStatus(out string) (e Enrollment, ok bool) {
	for _, line := range strings.Split(out, "\n") {
		key, value, found := strings.Cut(strings.TrimSpace(line), ": ")
		if !found {
			continue
		}
		value = strings.TrimSpace(value)
		switch key {
		case "Enrolled via DEP":
			e.ViaDEP = yes(value)
		case "MDM enrollment":
			e.Enrolled, ok = yes(value), true
			e.UserApproved = strings.Contains(value, "User Approved")
		case "MDM server":
			e.ServerURL = value
		}
	}
	return e, ok
}

func yes(value string) bool { return strings.HasPrefix(value, "Yes") }

// Assignment is what `profiles show -type enrollment` says.
type Assignment string

// The answers.
const (
	Assigned    Assignment = "assigned"
	NotAssigned Assignment = "not_assigned"
	TooSoon     Assignment = "too_soon" // Apple's rate limit: nothing is known
	Unanswered  Assignment = "unanswered"
)

var configurationURL = regexp.MustCompile(`(?m)^\s*Configuration(Web)?URL = "?([^";\s]+)"?;`)

// ParseProfilesShow reads `profiles show -type enrollment`, standard output and
// error together. "Request too soon" is no answer, and must never be read as
// "not assigned". webURL is ConfigurationWebURL, or else ConfigurationURL.
func ParseProfilesShow(out string) (a Assignment, webURL string) {
	switch {
	case strings.Contains(out, "Request too soon"):
		return TooSoon, ""
	case strings.Contains(out, "Client is not DEP enabled"):
		return NotAssigned, ""
	}
	_, body, found := strings.Cut(out, "Device Enrollment configuration:")
	if !found {
		return Unanswered, ""
	}
	if strings.HasPrefix(strings.TrimSpace(body), "(null)") {
		return NotAssigned, ""
	}
	for _, m := range configurationURL.FindAllStringSubmatch(body, -1) {
		if m[1] != "" || webURL == "" {
			webURL = m[2]
		}
	}
	if webURL == "" {
		return Unanswered, ""
	}
	return Assigned, webURL
}

var ioregProperty = regexp.MustCompile(`(?m)^\s*"?([A-Za-z0-9-]+)"? = <?"([^"]*)"`)

// ParseIOReg reads the text properties of an `ioreg -rd1` listing.
func ParseIOReg(out string) map[string]string {
	properties := map[string]string{}
	for _, m := range ioregProperty.FindAllStringSubmatch(out, -1) {
		properties[m[1]] = m[2]
	}
	return properties
}

var assertionLine = regexp.MustCompile(`(?m)^\s*pid \d+\(([^)]*)\): \[[^\]]*\] \S+ (\w+)`)

// ParseAssertions reads the owning processes of `pmset -g assertions`.
func ParseAssertions(out string) []Assertion {
	assertions := []Assertion{}
	for _, m := range assertionLine.FindAllStringSubmatch(out, -1) {
		assertions = append(assertions, Assertion{Process: m[1], Type: m[2]})
	}
	return assertions
}

var (
	region = regexp.MustCompile(`^[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Z]{2})\b`)
	ways   = regexp.MustCompile(`[@;]rg=([A-Za-z]{2})`)
)

// ParseRegion reads the region of `defaults read -g AppleLocale`: "DE" of
// "de_DE", of "zh-Hans_DE", and of "en_US@rg=dezzzz", which is a language of
// one region with the ways of another.
func ParseRegion(out string) string {
	if m := ways.FindStringSubmatch(out); m != nil {
		return strings.ToUpper(m[1])
	}
	if m := region.FindStringSubmatch(out); m != nil {
		return m[1]
	}
	return ""
}

var quoted = regexp.MustCompile(`"?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)"?,?`)

// ParseLanguages reads `defaults read -g AppleLanguages`, an old-style plist array.
func ParseLanguages(out string) []string {
	inside, _, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(out), "("), ")")
	if !found {
		return nil
	}
	var languages []string
	for _, m := range quoted.FindAllStringSubmatch(inside, -1) {
		languages = append(languages, m[1])
	}
	return languages
}
