package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"fleetmigrate/testdata/mockserver/appconfig"
)

// maxValues bounds what aliases of aliases may grow a file to.
const maxValues = 100_000

// value turns a node into what JSON holds for it. path is where it stands in the file.
func (r *reader) value(n ast.Node, schema *appconfig.Schema, path string) any {
	if n = r.resolve(n); n == nil || n.Type() == ast.NullType {
		return nil
	}
	if !r.spend(n) {
		return nil
	}
	r.places[path] = r.at(n)
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
			r.problem(n, "%s: want a list, not %s", path, shown(n))
			return nil
		}
		return r.any(n, path)
	default:
		return r.any(n, path)
	}
	return nil
}

// spend counts what is read, and reports whether there is still room for it.
func (r *reader) spend(n ast.Node) bool {
	if r.values++; r.values == maxValues+1 {
		r.problem(n, "the file holds more than %d values: do its aliases multiply?", maxValues)
	}
	return r.values <= maxValues
}

func (r *reader) object(n ast.Node, schema *appconfig.Schema, path string) any {
	found, ok := r.mapping(n, path)
	if !ok {
		return nil
	}
	r.known(found, path, slices.Sorted(maps.Keys(schema.Children)))
	out := map[string]any{}
	for _, e := range found {
		if child := schema.Children[e.name]; child != nil {
			out[e.name] = r.value(e.value, child, below(path, e.name))
		}
	}
	return out
}

// settingsPath is where the spec of an apply document stands; its members are named without it.
const settingsPath = "the settings"

func below(path, name string) string {
	return strings.TrimPrefix(path+"."+name, settingsPath+".")
}

func (r *reader) text(n ast.Node, path string) any {
	switch node := n.(type) {
	case *ast.StringNode:
		return node.Value
	case *ast.LiteralNode:
		return node.Value.Value
	case *ast.TagNode:
		if scalar, ok := r.resolve(node.Value).(ast.ScalarNode); ok && node.GetToken().Value == "!!str" {
			return scalar.GetToken().Value
		}
	}
	r.problem(n, "%s: want text, not %s: put it in quotes", path, shown(n))
	return nil
}

// any keeps a section as it is.
func (r *reader) any(n ast.Node, path string) any {
	schema := &appconfig.Schema{}
	switch node := n.(type) {
	case *ast.SequenceNode:
		list := make([]any, 0, len(node.Values))
		for i, item := range node.Values {
			list = append(list, r.value(item, schema, fmt.Sprintf("%s[%d]", path, i)))
		}
		return list
	case ast.MapNode:
		found, _ := r.mapping(n, path)
		out := map[string]any{}
		for _, e := range found {
			out[e.name] = r.value(e.value, schema, below(path, e.name))
		}
		return out
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return r.number(node.(ast.ScalarNode), path)
	case *ast.StringNode: // the parser takes 1e3, and what is too large for it, for text
		if node.Token.Type == token.StringType && json.Valid([]byte(node.Value)) {
			return json.RawMessage(node.Value)
		}
	}
	return r.text(n, path)
}

// number is a value that YAML knows by its form, where JSON has it too. What
// JSON writes alike keeps its digits.
func (r *reader) number(n ast.ScalarNode, path string) any {
	if text := n.GetToken().Value; json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	v := n.GetValue()
	if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		r.problem(n, "%s: JSON has no number %s", path, n.GetToken().Value)
		return nil
	}
	return v
}

// shown is a value as a person finds it in the file.
func shown(n ast.Node) string {
	switch n.(type) {
	case ast.MapNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.TagNode:
		return "a value with the tag " + n.GetToken().Value
	}
	return fmt.Sprintf("%q", n.GetToken().Value)
}
