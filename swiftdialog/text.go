package swiftdialog

import (
	"regexp"
	"strings"
	"unicode"
)

// The caps, in runes. swiftDialog has none of its own.
const (
	maxMessage = 4096
	maxTitle   = 240
	maxButton  = 80
)

var (
	variable = regexp.MustCompile(`\{([A-Za-z_][A-Za-z0-9_]*)\}`)
	colored  = regexp.MustCompile(`:([A-Za-z]+)\[`)
	tags     = strings.NewReplacer("<br>", "< br>", "<hr>", "< hr>", `\n`, `\ n`)
)

// Text makes a text safe for swiftDialog, which would otherwise replace {name}
// by an environment variable, load a text that ends in .md as a file, drop
// one that begins with a dash, color :word[...], and break lines at <br>, <hr>
// and \n. Control and bidirectional characters go; what is longer than max
// runes is cut.
func Text(s string, max int) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(printable, s)
	s = tags.Replace(s)
	s = variable.ReplaceAllString(s, "(${1})")
	s = colored.ReplaceAllString(s, ": ${1} [")
	if runes := []rune(s); len(runes) > max {
		s = string(runes[:max-1]) + "…"
	}
	if strings.TrimSpace(s) == "" {
		return ""
	}
	if strings.HasPrefix(s, "-") {
		s = "\u2011" + s[1:] // a hyphen that looks the same and is no flag
	}
	if strings.HasSuffix(strings.ToLower(s), ".md") || strings.EqualFold(s, "none") {
		s += "\u200a" // a hair space: no file name, no keyword
	}
	return s
}

func printable(r rune) rune {
	switch {
	case r == '\n', r == '\u2028', r == '\u2029': // also how Unicode breaks lines and paragraphs
		return '\n'
	case r == '\t':
		return ' '
	case unicode.IsControl(r), r == unicode.ReplacementChar, r == '\ufeff',
		r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f', r == '\u061c':
		return -1
	}
	return r
}

// EscapeMarkdown makes somebody else's words, an organization's name for one,
// stand in Markdown as they are: one line, no links, no images, no HTML.
func EscapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(strings.Map(printable, s)), " ") {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~:&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
