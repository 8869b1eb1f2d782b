package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver/spec"
)

// Section 2 of the contract: YAML in both forms.

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, yaml, body string }{
		{"apply", `apiVersion: v1
kind: config
spec:
  org_info:
    contact_url: https://acme.example.com/help
    org_logo_url: ""
  mdm:
    macos_migration:
      enable: true
      mode: voluntary
      webhook_url: https://organization.example.com/send
`, `{"org_info":{"contact_url":"https://acme.example.com/help","org_logo_url":""},
		"mdm":{"macos_migration":{"enable":true,"mode":"voluntary","webhook_url":"https://organization.example.com/send"}}}`},
		{"only what is named is sent", "kind: config\nspec: {mdm: {macos_migration: {enable: false}}}", `{"mdm":{"macos_migration":{"enable":false}}}`},
		{"several documents, the later wins", "kind: config\nspec: {org_info: {org_name: a, contact_url: b}}\n---\n# nothing\n---\nkind: config\nspec: {org_info: {org_name: c}}", `{"org_info":{"org_name":"c","contact_url":"b"}}`},
		{"text in every way of YAML", "kind: config\nspec:\n  org_info:\n    org_name: 'true'\n    contact_url: >-\n      https://a\n    org_logo_url: \"https:\\u002f/b\"", `{"org_info":{"org_name":"true","contact_url":"https://a","org_logo_url":"https://b"}}`},
		{"anchors and aliases", "kind: config\nspec:\n  org_info:\n    org_name: &n Acme\n    contact_url: *n", `{"org_info":{"org_name":"Acme","contact_url":"Acme"}}`},
		{"an anchor in one section, its alias in others", "kind: config\nspec:\n  org_info: &o\n    org_name: &n Acme\n  agent_options: {a: *n, b: [1, *n], c: *o}", `{"org_info":{"org_name":"Acme"},"agent_options":{"a":"Acme","b":[1,"Acme"],"c":{"org_name":"Acme"}}}`},
		{"the anchor before counts", "kind: config\nspec:\n  agent_options: [&a 1, *a, &a 2, *a]", `{"agent_options":[1,1,2,2]}`},
		{"merge keys", "kind: config\nspec:\n  agent_options:\n    base: &b {x: 1, y: 2}\n    more: &m {x: 5, z: 3}\n    all: {<<: [*b, *m], y: 9}", `{"agent_options":{"base":{"x":1,"y":2},"more":{"x":5,"z":3},"all":{"x":1,"y":9,"z":3}}}`},
		{"a tag that makes text", "kind: config\nspec: {org_info: {org_name: !!str 5}}", `{"org_info":{"org_name":"5"}}`},
		{"a byte order mark and Windows line ends", "\ufeffkind: config\r\nspec:\r\n  org_info:\r\n    org_name: Acme Inc\r\n", `{"org_info":{"org_name":"Acme Inc"}}`},
		{"a directive", "%YAML 1.2\n---\nkind: config\nspec: {org_info: {org_name: a}}", `{"org_info":{"org_name":"a"}}`},
		{"JSON is YAML", `{"kind": "config", "spec": {"org_info": {"org_name": "a"}}}`, `{"org_info":{"org_name":"a"}}`},
		{"sections that are kept as they come", "kind: config\nspec:\n  agent_options:\n    config: {options: {a: [1, true, x, null]}, 5: y}", `{"agent_options":{"config":{"options":{"a":[1,true,"x",null]},"5":"y"}}}`},
		{"null is sent", "kind: config\nspec: {features: {detail_query_overrides: {mdm: null}}}", `{"features":{"detail_query_overrides":{"mdm":null}}}`},
		{"GitOps", "org_settings:\n  org_info: {org_name: Acme}\n  secrets: [{secret: x}]\ncontrols:\n  macos_migration: {enable: true, mode: forced, webhook_url: https://a}\n  scripts: []\npolicies:\nqueries:\nsoftware:\nlabels:\nname: x",
			`{"org_info":{"org_name":"Acme"},"mdm":{"macos_migration":{"enable":true,"mode":"forced","webhook_url":"https://a"}}}`},
		{"GitOps: leaving the workflow away turns it off", "controls: {}", `{"mdm":{"macos_migration":{"enable":false}}}`},
		{"GitOps: so does leaving enable away", "controls: {macos_migration: {mode: forced}}", `{"mdm":{"macos_migration":{"enable":false,"mode":"forced"}}}`},
		{"GitOps: and an empty one", "controls:\n  macos_migration:\n", `{"mdm":{"macos_migration":{"enable":false}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := spec.Read("f.yml", []byte(c.yaml))
			require.NoError(t, err)
			require.JSONEq(t, c.body, string(s.Body))
			require.Equal(t, c.name[:3] == "Git", s.GitOps)
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		problems   string
	}{
		{"nothing", "", "f.yml: holds no document: want `kind: config`, or a GitOps file with `controls`"},
		{"a list", "- a", "f.yml:1:1: the document must be a mapping of keys to values"},
		{"another kind", "kind: team\nspec: {}", `f.yml:1:7: kind is "team": this server takes only config`},
		{"no kind", "spec: {}", "f.yml:1:1: kind is missing: want `kind: config`"},
		{"no spec", "kind: config", "f.yml:1:1: spec is missing: it holds the settings"},
		{"another version", "apiVersion: v2\nkind: config\nspec: {}", `f.yml:1:13: apiVersion is "v2": want v1`},
		{"keys that nobody knows, all at once", "kind: config\nspec:\n  org_inf: {}\n  mdm:\n    macos_migraton:\n      enable: true\n  zzzzzzzz: 1",
			"f.yml:3:3: unknown key \"org_inf\" in the settings: did you mean \"org_info\"?\nf.yml:5:5: unknown key \"macos_migraton\" in mdm: did you mean \"macos_migration\"?\nf.yml:7:3: unknown key \"zzzzzzzz\" in the settings"},
		{"a word for a switch", "kind: config\nspec:\n  mdm:\n    macos_migration:\n      enable: yes", `f.yml:5:15: mdm.macos_migration.enable: want true or false, not "yes"`},
		{"a number for a text", "kind: config\nspec:\n  org_info:\n    org_name: 5", `f.yml:4:15: org_info.org_name: want text, not "5": put it in quotes`},
		{"a list for a text", "kind: config\nspec: {org_info: {org_name: [a]}}", `f.yml:2:29: org_info.org_name: want text, not a list: put it in quotes`},
		{"a text for a section", "kind: config\nspec:\n  org_info: Acme", "f.yml:3:13: org_info must be a mapping of keys to values"},
		{"an alias without its anchor", "kind: config\nspec: {org_info: {org_name: *a}}", "f.yml:2:29: alias *a: there is no such anchor before it"},
		{"an alias inside its own anchor", "kind: config\nspec:\n  agent_options: &a {x: *a}", "f.yml:3:25: alias *a: there is no such anchor before it"},
		{"an alias of another document's anchor", "kind: config\nspec: {org_info: {org_name: &n a}}\n---\nkind: config\nspec: {org_info: {org_name: *n}}", "f.yml:5:29: alias *n: there is no such anchor before it"},
		{"a mistake that aliases repeat, once", "kind: config\nspec:\n  org_info: &o {org_nam: a}\n---\nkind: config\nspec:\n  agent_options: {a: &i .inf, b: *i, c: *i}", "f.yml:3:17: unknown key \"org_nam\" in org_info: did you mean \"org_name\"?\nf.yml:7:25: agent_options.a: JSON has no number .inf\nf.yml:7:25: agent_options.b: JSON has no number .inf\nf.yml:7:25: agent_options.c: JSON has no number .inf"},
		{"aliases that multiply", "kind: config\nspec:\n  agent_options:\n    a: &a [x,x,x,x,x,x,x,x,x,x]\n    b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n    c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n    e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n    f: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]", "f.yml:4:22: the file holds more than 100000 values: do its aliases multiply?"},
		{"merges that multiply", "kind: config\nspec:\n  agent_options:\n    a: &a {x: 1}\n    b: &b {<<: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]}\n    c: &c {<<: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]}\n    d: &d {<<: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]}\n    e: &e {<<: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]}\n    f: {<<: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]}", "f.yml:4:12: the file holds more than 100000 values: do its aliases multiply?"},
		{"a merge of no mapping", "kind: config\nspec:\n  org_info:\n    <<: a", "f.yml:4:9: what << merges must be a mapping of keys to values"},
		{"a key that is merged and unknown", "kind: config\nspec:\n  org_info:\n    <<: [{org_nam: a}]", `f.yml:4:11: unknown key "org_nam" in org_info: did you mean "org_name"?`},
		{"a tag for a number", "kind: config\nspec: {server_settings: {query_report_cap: !!int \"5\"}}", "f.yml:2:44: server_settings.query_report_cap: want a number, not a value with the tag !!int"},
		{"a tag that nobody knows", "kind: config\nspec: {org_info: {org_name: !secret x}}", "f.yml:2:29: org_info.org_name: want text, not a value with the tag !secret: put it in quotes"},
		{"a tag in a section that is kept", "kind: config\nspec: {agent_options: {a: [!!binary aGk=]}}", "f.yml:2:28: agent_options.a[0]: want text, not a value with the tag !!binary: put it in quotes"},
		{"a text for a list", "kind: config\nspec: {server_settings: {debug_host_ids: x}}", `f.yml:2:42: server_settings.debug_host_ids: want a list, not "x"`},
		{"an empty spec", "kind: config\nspec:", "f.yml:2:1: spec is empty: it holds the settings"},
		{"a list of kinds", "kind: [config]\nspec: {}", "f.yml:1:7: kind is a list: this server takes only config"},
		{"two forms in one file", "kind: config\nspec: {}\n---\ncontrols: {}", "f.yml:4:1: the documents of one file have one form: keep `kind: config` and GitOps in files of their own"},
		{"a byte that is no UTF-8", "kind: config\nspec: {org_info: {org_name: \"\u00e9\xff\"}}", "f.yml:2:31: this is not UTF-8: save the file as UTF-8"},
		{"UTF-16", "\xff\xfek\x00", "f.yml:1:1: this is not UTF-8: save the file as UTF-8"},
		{"a control character", "kind: config\nspec: {org_info: {org_name: \"a\x00\"}}", "f.yml:2:31: control character U+0000: no YAML may hold it"},
		{"Windows line ends", "kind: config\r\nspec:\r\n  org_info:\r\n    org_nam: x\r\n", `f.yml:4:5: unknown key "org_nam" in org_info: did you mean "org_name"?`},
		{"after a byte order mark", "\ufeffkind: config\nspec:\n  org_inf: {}", `f.yml:3:3: unknown key "org_inf" in the settings: did you mean "org_info"?`},
		{"a tab for indenting", "kind: config\nspec:\n\torg_info: {}", "f.yml:3:1: found character '\t' that cannot start any token"},
		{"a key twice", "kind: config\nspec:\n  org_info:\n    org_name: a\n    \"org_name\": b", `f.yml:5:5: mapping key "org_name" already defined at [4:5]`},
		{"a text that is not closed", "kind: config\nspec:\n  org_info:\n    org_name: \"a\n  mdm: {}", "f.yml:4:15: could not find end character of double-quoted text"},
		{"controls that are a list", "controls: []", "f.yml:1:11: controls must be a mapping of keys to values"},
		{"a wrong value under controls", "controls:\n  macos_migration: {enable: \"true\"}", `f.yml:2:29: controls.macos_migration.enable: want true or false, not "true"`},
		{"a team's file", "team_settings: {}\ncontrols: {}", "f.yml:1:1: team_settings makes this a team's file: macos_migration is global only, set it in default.yml"},
		{"GitOps without controls", "org_settings: {}", "f.yml:1:1: controls is missing: a global GitOps file needs it, even if it is empty"},
		{"GitOps with the workflow in the wrong place", "controls: {}\norg_settings:\n  mdm: {macos_migration: {enable: true}}", `f.yml:3:9: unknown key "macos_migration" in org_settings.mdm`},
		{"in the second document", "kind: config\nspec: {}\n---\nkind: config\nspec:\n  nope: 1", `f.yml:6:3: unknown key "nope" in the settings`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := spec.Read("f.yml", []byte(c.yaml))
			require.EqualError(t, err, c.problems)
			require.Empty(t, s.Body)
		})
	}
	for _, broken := range []string{"a: [", "a: b: c", "\ta: b", "a: 'b", "a: &x\n b: *x", "kind: config\nspec: {a: 1, a: 2}"} {
		_, err := spec.Read("f.yml", []byte(broken))
		require.ErrorContains(t, err, "f.yml:", broken)
	}
}

func TestPlace(t *testing.T) {
	s, err := spec.Read("f.yml", []byte("kind: config\nspec:\n  mdm:\n    macos_migration:\n      mode: x"))
	require.NoError(t, err)
	require.Equal(t, "f.yml:5:13", s.Place("macos_migration.mode"))
	require.Empty(t, s.Place("org_name"))
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"kind: config\nspec: {org_info: {org_name: a}}", "controls: {}", "a: &a [*a]", "a: *a", "? {a: b}\n: c", "--- \n...", "!!binary a", "a: !t {b: c}", "<<: *a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := spec.Read("f.yml", raw)
		require.Equal(t, err == nil, len(s.Body) > 0, "a body or an error")
	})
}
