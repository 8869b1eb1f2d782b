package spec

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// reader walks the documents of one file. It collects problems and goes on, so
// that a person sees all of them at once.
type reader struct {
	file     string
	places   map[string]place
	targets  map[*ast.AliasNode]ast.Node // what each alias means; nil where there is no such anchor
	values   int                         // how many were read, aliases included
	problems []problem
}

type problem struct {
	at   place
	text string
}

func (r *reader) at(n ast.Node) place {
	p := n.GetToken().Position
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		p = m.Values[0].Key.GetToken().Position // a mapping's own token is its first colon
	}
	return place{r.file, p.Line, p.Column}
}

func (r *reader) problem(n ast.Node, format string, args ...any) {
	r.problems = append(r.problems, problem{r.at(n), fmt.Sprintf(format, args...)})
}

// err is every problem once, in the order of the file.
func (r *reader) err() error {
	slices.SortStableFunc(r.problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.at.line, b.at.line), cmp.Compare(a.at.column, b.at.column))
	})
	var errs []error
	for _, p := range slices.Compact(r.problems) { // an alias repeats those of its anchor
		errs = append(errs, fmt.Errorf("%s: %s", p.at, p.text))
	}
	return errors.Join(errs...)
}

// known complains of every entry whose key nobody knows. where is the mapping as a person finds it.
func (r *reader) known(entries entries, where string, keys []string) {
	for _, e := range entries {
		if slices.Contains(keys, e.name) {
			continue
		}
		hint := ""
		if near := nearest(e.name, keys); near != "" {
			hint = fmt.Sprintf(": did you mean %q?", near)
		}
		r.problem(e.key, "unknown key %q in %s%s", e.name, where, hint)
	}
}
