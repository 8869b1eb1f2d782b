package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"fleetmigrate/testdata/mockserver/appconfig"
)

// reader walks the documents of one file. It collects problems and goes on, so
// that a person sees all of them at once.
type reader struct {
	file     string
	places   map[string]place
	anchors  map[string]ast.Node
	problems []error
}

type entry struct{ key, value ast.Node }

func (r *reader) at(n ast.Node) place {
	p := n.GetToken().Position
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		p = m.Values[0].Key.GetToken().Position // a mapping's own token is its first colon
	}
	return place{r.file, p.Line, p.Column}
}

func (r *reader) problem(n ast.Node, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: %s", r.at(n), fmt.Sprintf(format, args...)))
}

// resolve follows anchors and aliases to the node that is meant.
func (r *reader) resolve(n ast.Node) ast.Node {
	for {
		switch node := n.(type) {
		case *ast.AnchorNode:
			r.anchors[node.Name.GetToken().Value] = node.Value
			n = node.Value
		case *ast.AliasNode:
			target := r.anchors[node.Value.GetToken().Value]
			if target == nil {
				r.problem(node, "alias *%s: there is no such anchor before it", node.Value.GetToken().Value)
				return nil
			}
			n = target
		case *ast.TagNode:
			n = node.Value
		default:
			return n
		}
	}
}

// mapping returns the entries of a mapping by key.
func (r *reader) mapping(n ast.Node, what string) (map[string]entry, bool) {
	n = r.resolve(n)
	m, ok := n.(ast.MapNode)
	if !ok {
		if n != nil {
			r.problem(n, "%s must be a mapping of keys to values", what)
		}
		return nil, false
	}
	entries := map[string]entry{}
	for it := m.MapRange(); it.Next(); {
		if it.Key().IsMergeKey() {
			r.problem(it.Key(), "merge keys (<<) are not understood: write the keys out")
			continue
		}
		entries[it.Key().GetToken().Value] = entry{it.Key(), it.Value()}
	}
	return entries, true
}

func (r *reader) known(entries map[string]entry, where string, keys []string) {
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if slices.Contains(keys, name) {
			continue
		}
		hint := ""
		if near := nearest(name, keys); near != "" {
			hint = fmt.Sprintf(": did you mean %q?", near)
		}
		r.problem(entries[name].key, "unknown key %q in %s%s", name, where, hint)
	}
}

// value turns a node into what JSON holds for it. path is where it stands in the settings.
func (r *reader) value(n ast.Node, schema *appconfig.Schema, path string) any {
	if n = r.resolve(n); n == nil || n.Type() == ast.NullType {
		return nil
	}
	if path != "" {
		r.places[path] = r.at(n)
	}
	switch schema.Kind {
	case appconfig.Object:
		return r.object(n, schema, path)
	case appconfig.Text:
		return r.text(n, path)
	case appconfig.Flag:
		if b, ok := n.(*ast.BoolNode); ok {
			return b.Value
		}
		r.problem(n, "%s: want true or false, not %s", path, shown(n))
	case appconfig.Number:
		if i, ok := n.(*ast.IntegerNode); ok {
			return i.Value
		}
		r.problem(n, "%s: want a number, not %s", path, shown(n))
	case appconfig.List:
		if _, ok := n.(*ast.SequenceNode); !ok {
			r.problem(n, "%s: want a list", path)
			return nil
		}
		return r.any(n, path)
	default:
		return r.any(n, path)
	}
	return nil
}

func (r *reader) object(n ast.Node, schema *appconfig.Schema, path string) any {
	where := path
	if where == "" {
		where = "the settings"
	}
	entries, ok := r.mapping(n, where)
	if !ok {
		return nil
	}
	r.known(entries, where, slices.Sorted(maps.Keys(schema.Children)))
	out := map[string]any{}
	for name, e := range entries {
		if child := schema.Children[name]; child != nil {
			out[name] = r.value(e.value, child, strings.TrimPrefix(path+"."+name, "."))
		}
	}
	return out
}

func (r *reader) text(n ast.Node, path string) any {
	switch node := n.(type) {
	case *ast.StringNode:
		return node.Value
	case *ast.LiteralNode:
		return node.Value.Value
	}
	r.problem(n, "%s: want text, not %s: put it in quotes", path, shown(n))
	return nil
}

// any keeps a section as it is.
func (r *reader) any(n ast.Node, path string) any {
	var v any
	if err := yaml.NodeToValue(n, &v); err != nil {
		r.problem(n, "%s: can't be read", path)
		return nil
	}
	return jsonable(v)
}

// jsonable makes every map one with text keys, which is what JSON has.
func jsonable(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = jsonable(v[k])
		}
	case map[any]any:
		out := map[string]any{}
		for k := range v {
			out[fmt.Sprint(k)] = jsonable(v[k])
		}
		return out
	case []any:
		for i := range v {
			v[i] = jsonable(v[i])
		}
	}
	return v
}

// scalar is the text of a simple value.
func (r *reader) scalar(n ast.Node) string {
	if n = r.resolve(n); n == nil {
		return ""
	}
	if s, ok := n.(*ast.StringNode); ok {
		return s.Value
	}
	return n.GetToken().Value
}

func shown(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	}
	return fmt.Sprintf("%q", n.GetToken().Value)
}
