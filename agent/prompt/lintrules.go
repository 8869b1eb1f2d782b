package prompt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
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
