package spec

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"fleetmigrate/testdata/mockserver/appconfig"
)

// otherSections of a GitOps file have nothing to do with the migration; they
// are allowed and left alone.
var otherSections = []string{"name", "labels", "policies", "queries", "reports", "software"}

// otherControls are controls that live outside the settings of this server.
var otherControls = []string{"scripts", "android_settings", "apple_settings"}

// gitopsDocument reads a global GitOps file. Leaving macos_migration away, or
// its enable, switches the workflow off; mode and URL on the server survive that.
func (r *reader) gitopsDocument(entries entries, body ast.Node) map[string]any {
	for _, key := range []string{"team_settings", "settings"} {
		if e, ok := entries.find(key); ok {
			r.problem(e.key, "%s makes this a team's file: macos_migration is global only, set it in default.yml", key)
		}
	}
	r.known(entries, "a GitOps file", append([]string{"agent_options", "controls", "org_settings", "team_settings", "settings"}, otherSections...))
	settings := map[string]any{}
	if e, ok := entries.find("org_settings"); ok {
		if org, ok := r.value(e.value, orgSettings(), "org_settings").(map[string]any); ok {
			delete(org, "secrets") // enroll secrets are given to the server at its start
			settings = org
		}
	}
	if e, ok := entries.find("agent_options"); ok {
		settings["agent_options"] = r.value(e.value, &appconfig.Schema{}, "agent_options")
	}
	controls, ok := entries.find("controls")
	if !ok {
		r.problem(body, "controls is missing: a global GitOps file needs it, even if it is empty")
		return settings
	}
	mdm, _ := r.value(controls.value, controlsSchema(), "controls").(map[string]any)
	if mdm == nil {
		mdm = map[string]any{}
	}
	for _, key := range otherControls {
		delete(mdm, key)
	}
	migration, _ := mdm["macos_migration"].(map[string]any)
	if migration == nil {
		migration = map[string]any{}
	}
	if migration["enable"] == nil {
		migration["enable"] = false
	}
	mdm["macos_migration"] = migration
	merge(settings, map[string]any{"mdm": mdm})
	return settings
}

// orgSettings is the settings' shape with the enroll secrets that GitOps keeps among them.
func orgSettings() *appconfig.Schema {
	s := appconfig.TheSchema()
	s.Children["secrets"] = &appconfig.Schema{Kind: appconfig.List}
	delete(s.Children["mdm"].Children, "macos_migration") // it belongs under controls
	return s
}

func controlsSchema() *appconfig.Schema {
	s := &appconfig.Schema{Kind: appconfig.Object, Children: map[string]*appconfig.Schema{}}
	mdm := appconfig.TheSchema().Children["mdm"].Children
	for _, key := range slices.Sorted(maps.Keys(mdm)) {
		switch key {
		case "enabled_and_configured", "apple_bm_enabled_and_configured", "apple_bm_terms_expired":
		default:
			s.Children[key] = mdm[key]
		}
	}
	for _, key := range otherControls {
		s.Children[key] = &appconfig.Schema{}
	}
	return s
}
