package spec

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// entry is one key of a mapping and its value.
type entry struct {
	name       string
	key, value ast.Node
}

// entries are those of one mapping, in the order of the file.
type entries []entry

func (all entries) find(name string) (entry, bool) {
	i := slices.IndexFunc(all, func(e entry) bool { return e.name == name })
	if i < 0 {
		return entry{}, false
	}
	return all[i], true
}

func (all entries) has(name string) bool {
	_, ok := all.find(name)
	return ok
}

// mapping returns the entries of a mapping. What merge keys (<<) bring comes
// last, and never over a key that the mapping has itself.
func (r *reader) mapping(n ast.Node, what string) (entries, bool) {
	n = r.resolve(n)
	m, ok := n.(ast.MapNode)
	if !ok {
		if n != nil {
			r.problem(n, "%s must be a mapping of keys to values", what)
		}
		return nil, false
	}
	if !r.spend(n) {
		return nil, false
	}
	var own, merged entries
	for it := m.MapRange(); it.Next(); {
		if it.Key().IsMergeKey() {
			merged = append(merged, r.merged(it.Value())...)
			continue
		}
		if name, ok := r.name(it.Key()); ok {
			own = append(own, entry{name, it.Key(), it.Value()})
		}
	}
	for _, e := range merged {
		if !own.has(e.name) {
			own = append(own, e)
		}
	}
	return own, true
}

// merged are the entries that a merge key brings: of one mapping, or of a list of them.
func (r *reader) merged(n ast.Node) (all entries) {
	n = r.resolve(n)
	if list, ok := n.(*ast.SequenceNode); ok {
		for _, item := range list.Values {
			found, _ := r.mapping(item, "what << merges")
			all = append(all, found...)
		}
		return all
	}
	all, _ = r.mapping(n, "what << merges")
	return all
}

// name is the text of a key.
func (r *reader) name(key ast.Node) (string, bool) {
	switch n := r.resolve(key).(type) {
	case nil:
		return "", false
	case ast.ScalarNode:
		return n.GetToken().Value, true
	default:
		r.problem(key, "a key must be a text")
		return "", false
	}
}
