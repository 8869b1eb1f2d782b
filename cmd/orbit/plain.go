package main

import (
	"strings"
	"unicode"
)

// maxShown is more than any one thing needs that is shown to a person.
const maxShown = 1000

// plain is text as a terminal may have it. An admin, often root, reads what a
// person at the Mac, a server or a stranger on the network wrote: it must not
// steer the terminal, make up lines of its own, or read from right to left.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r): // those of other languages too
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxShown {
		text = string(runes[:maxShown]) + "…"
	}
	return text
}
