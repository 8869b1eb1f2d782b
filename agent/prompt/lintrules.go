package prompt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"fleetmigrate/swiftdialog"
)

type rule struct {
	name  string
	check func(id, text, own string) string // "" where all is well
}

// rules are swiftDialog's traps first, then what would read badly.
var rules = []rule{
	{"empty", func(_, text, _ string) string {
		return when(strings.TrimSpace(text) == "", "it is empty, so the built-in text is shown; leave it out")
	}},
	{"dash", func(_, text, _ string) string {
		return when(strings.HasPrefix(text, "-"), "it begins with a dash, which swiftDialog takes for an option; begin with a word")
	}},
	{"file", func(_, text, _ string) string {
		return when(strings.HasSuffix(strings.ToLower(text), ".md"), "it ends in .md, which swiftDialog would load as a file; end with another word")
	}},
	{"keyword", func(_, text, _ string) string {
		return when(strings.EqualFold(text, "none"), `"none" hides what it stands for; use another word`)
	}},
	{"color", func(_, text, _ string) string {
		return when(colored.MatchString(text), "swiftDialog 3 reads :word[…] as a color; put a space after the colon")
	}},
	{"escape", func(_, text, _ string) string {
		return when(strings.Contains(text, `\n`), `it holds a backslash and an n; write a real line break`)
	}},
	{"image", func(_, text, _ string) string {
		return when(strings.Contains(text, "!["), "swiftDialog would load this picture from the internet; pictures are the agent's own")
	}},
	{"html", func(_, text, _ string) string {
		return when(tag.MatchString(text), "HTML is shown as it stands or dropped; use Markdown")
	}},
	{"characters", func(_, text, _ string) string {
		return when(strings.ContainsFunc(text, unprintable), "it holds control or text-direction characters, which are removed")
	}},
	{"placeholder", placeholders},
	{"emphasis", func(_, text, _ string) string {
		return when(strings.Count(text, "**")%2 == 1 || strings.Count(text, "`")%2 == 1, "** or ` is opened and not closed")
	}},
	{"line", func(id, text, _ string) string {
		return when(label(id, text) != text, "it has a line break, for which there is no room here")
	}},
	{"link", func(_, text, _ string) string {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := ContactURL(m[1]); err != nil {
				return "a link leads to something else than https, http, mailto or tel"
			}
		}
		return ""
	}},
	{"length", tooLong},
	{"format", badFormat},
}

var (
	colored     = regexp.MustCompile(`:[A-Za-z]+\[`)
	tag         = regexp.MustCompile(`</?[A-Za-z][^>]*>`)
	link        = regexp.MustCompile(`\]\(\s*([^)\s]+)`)
	placeholder = regexp.MustCompile(`\{[^{}]*\}|[{}]`)
)

func when(wrong bool, problem string) string {
	if wrong {
		return problem
	}
	return ""
}

func unprintable(r rune) bool {
	return r != '\n' && swiftdialog.Text("a"+string(r)+"a", 9) == "aa" || r == unicode.ReplacementChar
}

// placeholders names the first one that the agent does not fill in, or that it
// would fill in and the text leaves out. A single other form of a plural may
// do without its number.
func placeholders(id, text, own string) string {
	used, offered := placeholder.FindAllString(text, -1), placeholder.FindAllString(own, -1)
	for _, p := range used {
		if !slices.Contains(offered, p) {
			return fmt.Sprintf("%s is filled in by nothing; this text has %s", p, orNothing(offered))
		}
	}
	for _, p := range offered {
		if !slices.Contains(used, p) && p != "{org}" && !strings.Contains(id, "_one") {
			return fmt.Sprintf("%s is missing: the person would not be told", p)
		}
	}
	return ""
}

func orNothing(list []string) string {
	if len(list) == 0 {
		return "no placeholders"
	}
	return strings.Join(list, ", ")
}

// The longest texts that still read well, in characters.
const (
	longestButton  = 44
	longestLine    = 90
	longestMessage = 900
)

var buttons = []string{"contact", "contact_failed", "start", "later", "close", "ok", "copy", "open_remote_management", "open_my_device", "privacy"}

// lengthOf is the most that a text may have: of a button, of a line, of a message.
func lengthOf(id string) int {
	switch {
	case slices.Contains(buttons, id):
		return longestButton
	case strings.HasPrefix(id, "heading"), strings.HasPrefix(id, "menu_"), id == "working", id == "your_organization":
		return longestLine
	}
	return longestMessage
}

func tooLong(id, text, _ string) string {
	longest, n := lengthOf(id), len([]rune(text))
	return when(n > longest, fmt.Sprintf("it has %d characters; %d is the most that fits", n, longest))
}

// badFormat tells moments apart by what they become: a time of day has to say
// the minute and the half of the day, and a date the day, the month and the
// year; neither may say the other.
func badFormat(id, text, _ string) string {
	t := time.Date(2026, 1, 5, 9, 30, 0, 0, time.UTC)
	times := []time.Time{t.Add(time.Minute), t.Add(time.Hour), t.Add(12 * time.Hour)}
	dates := []time.Time{t.AddDate(0, 0, 1), t.AddDate(0, 1, 0), t.AddDate(1, 0, 0)}
	same := func(other time.Time) bool { return other.Format(text) == t.Format(text) }
	differs := func(other time.Time) bool { return !same(other) }
	switch id {
	case "time_format_12", "time_format_24":
		return when(slices.ContainsFunc(times, same) || slices.ContainsFunc(dates, differs),
			"it is no layout of a time of day in Go's time package: write 3:04 PM or 15:04 the way you want to see it")
	case "date_format":
		return when(slices.ContainsFunc(dates, same) || slices.ContainsFunc(times, differs),
			"it is no layout of a date in Go's time package: write Monday, January 2, 2006 the way you want to see it")
	case "weekdays":
		return when(len(strings.Fields(text)) != 7, "it takes seven words, from Sunday on")
	case "half_days":
		return when(len(strings.Fields(text)) != 2, "it takes two words, for before and after noon")
	case "months":
		return when(len(strings.Fields(text)) != 12, "it takes twelve words, from January on")
	}
	return ""
}
