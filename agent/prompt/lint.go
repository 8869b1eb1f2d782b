package prompt

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Finding is one thing wrong with a text of IT's, and how to mend it.
type Finding struct {
	Language, ID string
	Rule         string // stable, for scripts
	Problem      string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s: %s (%s)", f.Language, f.ID, f.Problem, f.Rule)
}

// Lint checks texts that IT puts in place of the catalog's: language, then
// id, then text. What it finds the agent would show mangled, cut, or not at
// all; it never makes a dialog fail.
func Lint(texts map[string]map[string]string) []Finding {
	var all []Finding
	for lang, byID := range texts {
		if !known(lang) {
			all = append(all, Finding{lang, "", "language", "this language is not one of " + strings.Join(Languages, ", ") + "; its texts are never used"})
		}
		for id, text := range byID {
			for _, p := range lintText(id, text) {
				p.Language, p.ID = lang, id
				all = append(all, p)
			}
		}
	}
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Language, b.Language), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Problem, b.Problem))
	})
	return all
}

// known reports a language of the catalog, with or without its region.
func known(lang string) bool {
	return slices.ContainsFunc(Languages, func(l string) bool {
		base, _, _ := strings.Cut(l, "-")
		return lang == l || lang == base
	})
}

func lintText(id, text string) []Finding {
	own, ok := english(id)
	if !ok {
		return []Finding{{Rule: "id", Problem: "there is no such text; did you mean " + nearest(id) + "?"}}
	}
	var found []Finding
	for _, r := range rules {
		if problem := r.check(id, text, own); problem != "" {
			found = append(found, Finding{Rule: r.name, Problem: problem})
		}
	}
	return found
}

// english is the catalog's own text, which says what placeholders there are.
// A plural form is like its "other": languages differ in which they have.
func english(id string) (string, bool) {
	texts := catalog(Languages[0])
	if i := strings.LastIndex(id, "_"); i > 0 {
		if own, ok := texts[id[:i]+"_other"]; ok && slices.Contains(forms, id[i+1:]) {
			return own, true
		}
	}
	own, ok := texts[id]
	return own, ok
}

// nearest is the id that shares the longest beginning.
func nearest(id string) string {
	best, length := "", -1
	for own := range catalog(Languages[0]) {
		n := 0
		for n < min(len(own), len(id)) && own[n] == id[n] {
			n++
		}
		if n > length || n == length && own < best {
			best, length = own, n
		}
	}
	return best
}
