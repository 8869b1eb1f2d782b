package spec

import (
	"github.com/goccy/go-yaml/ast"

	"fleetmigrate/testdata/mockserver/appconfig"
)

// applyDocument reads a document of `kind: config`.
func (r *reader) applyDocument(entries entries, body ast.Node) map[string]any {
	r.known(entries, "the document", []string{"apiVersion", "kind", "spec"})
	if kind, ok := entries.find("kind"); !ok {
		r.problem(body, "kind is missing: want `kind: config`")
	} else {
		r.want(kind, "config", "this server takes only config")
	}
	if version, ok := entries.find("apiVersion"); ok {
		r.want(version, "v1", "want v1")
	}
	spec, ok := entries.find("spec")
	if !ok {
		r.problem(body, "spec is missing: it holds the settings")
		return nil
	}
	if n := r.resolve(spec.value); n != nil && n.Type() == ast.NullType {
		r.problem(spec.key, "spec is empty: it holds the settings")
	}
	settings, _ := r.value(spec.value, appconfig.TheSchema(), settingsPath).(map[string]any)
	return settings
}

// want complains of an entry with any other text.
func (r *reader) want(e entry, text, hint string) {
	n := r.resolve(e.value)
	if scalar, ok := n.(ast.ScalarNode); n == nil || (ok && scalar.GetToken().Value == text) {
		return
	}
	r.problem(e.value, "%s is %s: %s", e.name, shown(n), hint)
}
