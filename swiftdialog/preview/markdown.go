package preview

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

// Markdown draws the part of Markdown that dialogs use: headings, paragraphs,
// numbered and plain lists, bold, code, links as text. Everything is escaped first.
func Markdown(text string) template.HTML {
	var out strings.Builder
	list := ""
	for _, block := range strings.Split(strings.TrimSpace(text), "\n") {
		kind, tag, rest := line(strings.TrimSpace(block))
		if kind != list {
			if list != "" {
				out.WriteString("</" + list + ">")
			}
			if kind != "" {
				out.WriteString("<" + kind + ">")
			}
			list = kind
		}
		if rest != "" {
			out.WriteString("<" + tag + ">" + inline(rest) + "</" + tag + ">")
		}
	}
	if list != "" {
		out.WriteString("</" + list + ">")
	}
	return template.HTML(out.String())
}

var numbered = regexp.MustCompile(`^\d+\. +`)

// line says of one line which list it belongs to, and what it is.
func line(s string) (list, tag, rest string) {
	switch {
	case strings.HasPrefix(s, "## "):
		return "", "h2", s[3:]
	case numbered.MatchString(s):
		return "ol", "li", numbered.ReplaceAllString(s, "")
	case strings.HasPrefix(s, "* "), strings.HasPrefix(s, "- "):
		return "ul", "li", s[2:]
	default:
		return "", "p", s
	}
}

var (
	escaped = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()<>#+.!|~:&-])")
	code    = regexp.MustCompile("`([^`]*)`")
	bold    = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	link    = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
)

// inline draws one line. An escaped character is put aside as a reference
// first, so that it takes part in nothing.
func inline(s string) string {
	s = escaped.ReplaceAllStringFunc(s, func(m string) string { return string(rune(0xE000 + int(m[1]))) })
	s = html.EscapeString(s)
	s = code.ReplaceAllString(s, "<code>$1</code>")
	s = bold.ReplaceAllString(s, "<strong>$1</strong>")
	s = link.ReplaceAllString(s, "<u>$1</u>")
	return unescape(s)
}

func unescape(s string) string {
	var out strings.Builder
	for _, r := range s {
		if r > 0xE000 && r < 0xE080 {
			out.WriteString(html.EscapeString(string(r - 0xE000)))
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
