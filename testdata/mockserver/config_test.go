package mockserver_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// Section 1 of the contract: the app config.

const configPath = "/api/latest/fleet/config"

func TestConfigRoles(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name, header string
		get, patch   int
		message      string // of a refusal
	}{
		{"nobody", "", 401, 401, "Authorization header required"},
		{"wrong token", "Bearer nope", 401, 401, "Authentication required"},
		{"no token behind it", "Bearer ", 401, 401, "Authentication required"},
		{"two blanks", "Bearer  " + adminToken, 401, 401, "Authentication required"},
		{"only the token", adminToken, 401, 401, "Authentication required"},
		{"no bearer", "Basic " + adminToken, 401, 401, "Authentication required"},
		{"admin", "Bearer " + adminToken, 200, 200, ""},
		{"admin, any case", "bearer " + adminToken, 200, 200, ""},
		{"gitops writes and does not read", "Bearer " + gitopsToken, 403, 200, "Permission Denied"},
		{"observer reads and does not write", "Bearer " + observeToken, 200, 403, "Permission Denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for method, status := range map[string]int{"GET": c.get, "PATCH": c.patch} {
				rec := r.call(method, configPath, map[string]any{}, "Authorization", c.header)
				require.Equal(t, status, rec.Code, method)
				if status != 200 {
					require.Contains(t, rec.Body.String(), `"message": "`+c.message+`"`)
					require.NotContains(t, rec.Body.String(), adminToken)
				}
				if status == 403 {
					require.Contains(t, rec.Body.String(), `"uuid"`)
				}
			}
		})
	}
}

func TestConfigPaths(t *testing.T) {
	r := newRig(t)
	for path, status := range map[string]int{
		"/api/latest/fleet/config": 200, "/api/v1/fleet/config": 200, "/api/2022-04/fleet/config": 200,
		"/api/fleet/config": 404, "/api/v2/fleet/config": 404, "/api/latest/fleet/config/": 404, "/api/latest/fleet/config/x": 404,
		"/api/LATEST/fleet/config": 404, "/api/latest/fleet/Config": 404, "/api/latest/fleet//config": 404, "/api/latest/fleet/config%2f": 404, "/api/": 404,
	} {
		require.Equal(t, status, r.admin("GET", path, nil).Code, path)
	}
	for _, method := range []string{"DELETE", "POST", "PUT", "HEAD", "OPTIONS", "TRACE"} {
		rec := r.admin(method, configPath, nil)
		require.Equal(t, http.StatusMethodNotAllowed, rec.Code, method)
		require.Empty(t, rec.Body.String(), method)
		require.Empty(t, rec.Header(), method)
	}
}

func TestConfigOfANewServer(t *testing.T) {
	r := newRig(t)
	cfg := r.config()
	for path, want := range map[string]any{
		"org_info.org_name": "Fleet", "org_info.contact_url": "https://fleetdm.com/company/contact",
		"org_info.org_logo_url": "", "org_info.org_logo_url_light_background": "", "org_info.org_logo_url_dark_mode": "", "org_info.org_logo_url_light_mode": "",
		"mdm.enabled_and_configured": true, "mdm.apple_bm_enabled_and_configured": true, "mdm.apple_bm_terms_expired": false,
		"mdm.macos_migration.enable": false, "mdm.macos_migration.mode": "", "mdm.macos_migration.webhook_url": "",
		"license.tier": "premium", "server_settings.server_url": "https://fleet.example.com",
	} {
		require.Equal(t, want, at(cfg, path), path)
	}
	require.NotNil(t, cfg["update_interval"])
	require.NotNil(t, cfg["vulnerabilities"])
	require.NotNil(t, cfg["logging"])

	patched := r.ok(r.patch(map[string]any{}), 200)
	require.Contains(t, patched, "update_interval")
	require.Nil(t, patched["update_interval"])
	require.Nil(t, patched["vulnerabilities"])
	require.NotNil(t, patched["license"])
	require.NotNil(t, patched["logging"])

	off := newRig(t, mdmOff).config()
	require.Equal(t, false, at(off, "mdm.enabled_and_configured"))
	noABM := newRig(t, func(c *mockserver.Config) { c.ABMDisconnected = true }).config()
	require.Equal(t, false, at(noABM, "mdm.apple_bm_enabled_and_configured"))
}

func TestConfigMerges(t *testing.T) {
	r := newRig(t)
	r.ok(r.patch(migration(true, "forced", "https://hooks.example.com/x?token=abc")), 200)
	answer := r.ok(r.patch(map[string]any{"org_info": map[string]any{"org_name": "Acme", "contact_url": "file:///help.html"}}), 200)
	require.Equal(t, "forced", at(answer, "mdm.macos_migration.mode"), "what was not named stays")
	require.Equal(t, "Acme", at(answer, "org_info.org_name"))
	require.Equal(t, "file:///help.html", at(answer, "org_info.contact_url"), "links are not checked")
	require.Equal(t, "https://hooks.example.com/x?token=abc", at(r.config(), "mdm.macos_migration.webhook_url"), "in clear to readers")
	r.ok(r.patch(map[string]any{"mdm": map[string]any{"macos_migration": map[string]any{"enable": false}}}), 200)
	require.Equal(t, "forced", at(r.config(), "mdm.macos_migration.mode"), "off keeps mode and URL")
	require.Equal(t, "https://hooks.example.com/x?token=abc", at(r.config(), "mdm.macos_migration.webhook_url"))

	t.Run("an empty contact is written as the default", func(t *testing.T) {
		r.ok(r.patch(map[string]any{"org_info": map[string]any{"contact_url": ""}}), 200)
		require.Equal(t, "https://fleetdm.com/company/contact", at(r.config(), "org_info.contact_url"))
	})
	t.Run("the server's own words are ignored", func(t *testing.T) {
		r.ok(r.patch(map[string]any{"mdm": map[string]any{"enabled_and_configured": false, "apple_bm_enabled_and_configured": false, "apple_bm_terms_expired": true}}), 200)
		require.Equal(t, true, at(r.config(), "mdm.enabled_and_configured"))
		require.Equal(t, false, at(r.config(), "mdm.apple_bm_terms_expired"))
	})
	t.Run("org_info and mdm can be sent back as they came, the whole can't", func(t *testing.T) {
		cfg := r.config()
		r.ok(r.patch(map[string]any{"org_info": cfg["org_info"], "mdm": cfg["mdm"]}), 200)
		require.Equal(t, cfg, r.config())
		require.Equal(t, 400, r.patch(cfg).Code)
	})
	t.Run("other sections are kept as they came", func(t *testing.T) {
		r.ok(r.patch(map[string]any{"agent_options": map[string]any{"config": map[string]any{"options": map[string]any{"x": 1.0}}}}), 200)
		require.Equal(t, 1.0, at(r.config(), "agent_options.config.options.x"))
	})
	t.Run("overwrite resets features and not the migration", func(t *testing.T) {
		r.ok(r.patch(map[string]any{"features": map[string]any{"enable_software_inventory": false}}), 200)
		r.ok(r.admin("PATCH", configPath+"?overwrite=true", map[string]any{}), 200)
		require.Equal(t, true, at(r.config(), "features.enable_software_inventory"))
		require.Equal(t, "forced", at(r.config(), "mdm.macos_migration.mode"))
	})
}

func TestConfigValidation(t *testing.T) {
	const (
		license = "macos_migration.enable: Requires Fleet Premium license"
		mode    = "macos_migration.mode: mode must be one of 'voluntary' or 'forced'"
		url     = "macos_migration.webhook_url: "
	)
	for _, c := range []struct {
		name   string
		body   any
		free   bool
		fields []string // none means that it is taken
	}{
		{"voluntary", migration(true, "voluntary", "https://x.example.com"), false, nil},
		{"forced, by http", migration(true, "forced", "http://x.example.com/y?z=1"), false, nil},
		{"the host is not looked at", migration(true, "forced", "https://"), false, nil},
		{"another mode", migration(true, "sometimes", "https://x.example.com"), false, []string{mode}},
		{"modes have one case", migration(true, "Forced", "https://x.example.com"), false, []string{mode}},
		{"no mode", migration(true, "", "https://x.example.com"), false, []string{mode}},
		{"no URL", migration(true, "forced", ""), false, []string{url + `parse "": empty url`}},
		{"no URL at all", migration(true, "forced", "abc"), false, []string{url + `parse "abc": invalid URI for request`}},
		{"a broken escape", migration(true, "forced", "https://x/%zz"), false, []string{url + `parse "https://x/%zz": invalid URL escape "%zz"`}},
		{"another scheme", migration(true, "forced", "ftp://x.example.com"), false, []string{url + "webhook_url must be https or http"}},
		{"a path", migration(true, "forced", "/x"), false, []string{url + "webhook_url must be https or http"}},
		{"mode and URL together, mode first", migration(true, "", ""), false, []string{mode, url + `parse "": empty url`}},
		{"off, anything is stored", migration(false, "sometimes", "abc"), false, nil},
		{"free", migration(true, "voluntary", "https://x.example.com"), true, []string{license}},
		{"free stops the other checks", migration(true, "", ""), true, []string{license}},
		{"free may turn off", migration(false, "voluntary", "https://x.example.com"), true, nil},
		{"no name", map[string]any{"org_info": map[string]any{"org_name": ""}}, false, []string{"org_name: organization name must be present"}},
		{"no address", map[string]any{"server_settings": map[string]any{"server_url": ""}}, false, []string{"server_url: Fleet server URL must be present"}},
		{"everything at once, in order", map[string]any{
			"org_info":        map[string]any{"org_name": "", "org_logo_url": "a", "org_logo_url_dark_mode": "b", "org_logo_url_light_background": "a", "org_logo_url_light_mode": "b"},
			"server_settings": map[string]any{"server_url": ""}, "mdm": migration(true, "", "abc")["mdm"],
		}, false, []string{
			"org_name: organization name must be present", "server_url: Fleet server URL must be present",
			"org_logo_url: cannot specify both org_logo_url and org_logo_url_dark_mode with different values",
			"org_logo_url_light_background: cannot specify both org_logo_url_light_background and org_logo_url_light_mode with different values",
			mode, url + `parse "abc": invalid URI for request`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(cfg *mockserver.Config) {
				if c.free {
					free(cfg)
				}
			})
			before := r.config()
			rec := r.patch(c.body)
			if c.fields == nil {
				r.ok(rec, 200)
				return
			}
			r.refused(rec, 422, "Validation Failed", c.fields...)
			require.Equal(t, before, r.config(), "a refused body changes nothing")
			r.refused(r.admin("PATCH", configPath+"?dry_run=true", c.body), 422, "Validation Failed", c.fields...)
		})
	}
}

func TestConfigValidatesOnlyWhatChanged(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	keep := func(c *mockserver.Config) { c.StateFile = state }
	r := newRig(t, keep)
	r.ok(r.patch(migration(true, "forced", "https://x.example.com")), 200)

	expired := newRig(t, keep, free)
	expired.ok(expired.patch(map[string]any{"org_info": map[string]any{"org_name": "Acme"}}), 200)
	expired.ok(expired.patch(migration(true, "forced", "https://x.example.com")), 200)
	expired.refused(expired.patch(migration(true, "voluntary", "https://x.example.com")), 422, "Validation Failed",
		"macos_migration.enable: Requires Fleet Premium license")
	expired.ok(expired.patch(migration(false, "voluntary", "")), 200)

	r = newRig(t)
	r.ok(r.patch(migration(false, "sometimes", "abc")), 200)
	r.refused(r.patch(map[string]any{"mdm": map[string]any{"macos_migration": map[string]any{"enable": true}}}), 422, "Validation Failed",
		"macos_migration.mode: mode must be one of 'voluntary' or 'forced'", `macos_migration.webhook_url: parse "abc": invalid URI for request`)
}

func TestConfigLogosMirror(t *testing.T) {
	for _, c := range []struct{ given, other string }{
		{"org_logo_url", "org_logo_url_dark_mode"}, {"org_logo_url_dark_mode", "org_logo_url"},
		{"org_logo_url_light_background", "org_logo_url_light_mode"}, {"org_logo_url_light_mode", "org_logo_url_light_background"},
	} {
		t.Run(c.given, func(t *testing.T) {
			r := newRig(t)
			answer := r.ok(r.patch(map[string]any{"org_info": map[string]any{c.given: "https://x.example.com/a.png"}}), 200)
			require.Equal(t, "https://x.example.com/a.png", at(answer, "org_info."+c.other))
			r.ok(r.patch(map[string]any{"org_info": map[string]any{c.given: "same", c.other: "same"}}), 200)
			r.ok(r.patch(map[string]any{"org_info": map[string]any{c.given: ""}}), 200)
			require.Empty(t, at(r.config(), "org_info."+c.other))
		})
	}
	t.Run("an uploaded one is kept relative and shown absolute", func(t *testing.T) {
		r := newRig(t)
		r.ok(r.patch(map[string]any{"org_info": map[string]any{"org_logo_url": "/api/latest/fleet/logo?mode=dark"}}), 200)
		require.Equal(t, "https://fleet.example.com/api/latest/fleet/logo?mode=dark", at(r.config(), "org_info.org_logo_url"))
		r.ok(r.patch(map[string]any{"server_settings": map[string]any{"server_url": "https://other.example.com/"}}), 200)
		require.Equal(t, "https://other.example.com/api/latest/fleet/logo?mode=dark", at(r.config(), "org_info.org_logo_url"))
	})
}

func TestConfigDecodeErrors(t *testing.T) {
	const decode = "base: failed to decode app config"
	for _, c := range []struct {
		name, body, message, field string
	}{
		{"empty", "", "Bad request", "base: Expected JSON Body"},
		{"blank", " \n", "Bad request", "base: Expected JSON Body"},
		{"no JSON", "{", "Bad request", decode},
		{"a list", "[]", "Bad request", decode},
		{"a byte order mark", "\ufeff{}", "Bad request", decode},
		{"a text", `"x"`, "Bad request", decode},
		{"garbage behind it", "{}x", "Bad request", decode},
		{"nested without end", `{"agent_options":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}", "Bad request", decode},
		{"the same key twice, once wrong", `{"org_info":{"org_name":"a","org_name":5}}`, "Bad request", decode},
		{"a negative id", `{"server_settings":{"debug_host_ids":[-1]}}`, "Bad request", decode},
		{"a query that is none", `{"features":{"detail_query_overrides":{"mdm":5}}}`, "Bad request", decode},
		{"a key without a name", `{"":1}`, "Bad Request", `base: unsupported key provided: ""`},
		{"the gate of 2026, which is not played", `{"fleet_desktop":{"sso_enabled":true}}`, "Bad Request", `base: unsupported key provided: "sso_enabled"`},
		{"two documents", "{} {}", "Bad request", decode},
		{"a wrong type", `{"org_info":{"org_name":5}}`, "Bad request", decode},
		{"a wrong type deep down", `{"mdm":{"macos_migration":{"enable":"yes"}}}`, "Bad request", decode},
		{"a wrong type and an unknown key", `{"nope":1,"org_info":5}`, "Bad request", decode},
		{"an unknown key", `{"nope":1}`, "Bad Request", `base: unsupported key provided: "nope"`},
		{"only its last part", `{"mdm":{"macos_migration":{"modus":"forced"}}}`, "Bad Request", `base: unsupported key provided: "modus"`},
		{"what the server writes", `{"license":{}}`, "Bad Request", `base: unsupported key provided: "license"`},
		{"two names of one setting", `{"features":{},"host_settings":{}}`, "Bad Request", `base: "host_settings" and "features" are two names of one setting: give only "features"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			before := r.config()
			for _, query := range []string{"", "?force=true", "?dry_run=true"} {
				r.refused(r.admin("PATCH", configPath+query, c.body), 400, c.message, c.field)
			}
			require.Equal(t, before, r.config())
		})
	}
	t.Run("taken", func(t *testing.T) {
		for _, c := range []struct{ body, path, want string }{
			{"null", "org_info.org_name", "Fleet"}, {`{"org_info":null,"mdm":{"macos_migration":{"mode":null}}}`, "org_info.org_name", "Fleet"},
			{"{}\n\n", "org_info.org_name", "Fleet"}, {`{"ORG_INFO":{"Org_Name":"a"}}`, "org_info.org_name", "a"},
			{`{"org_info":{"org_name":"a"},"org_info":{"contact_url":"b"}}`, "org_info.org_name", "a"}, {`{"org_info":{"org_name":"a","org_name":"b"}}`, "org_info.org_name", "b"},
			{`{"org_info":{"org_name":"` + "\xff" + `"}}`, "org_info.org_name", "\ufffd"}, {`{"org_info":{"org_name":"\u0000"}}`, "org_info.org_name", "\x00"},
			{`{"org_info":{"org_name":"` + strings.Repeat("x", 1<<20) + `"}}`, "org_info.org_name", strings.Repeat("x", 1<<20)},
			{`{"agent_options":` + strings.Repeat("[", 999) + strings.Repeat("]", 999) + "}", "org_info.org_name", "Fleet"},
		} {
			r := newRig(t)
			r.ok(r.patch(c.body), 200)
			require.Equal(t, c.want, at(r.config(), c.path), "%.80s", c.body)
		}
	})
	t.Run("larger than anybody's settings", func(t *testing.T) {
		r := newRig(t)
		r.refused(r.patch(`{"org_info":{"org_name":"`+strings.Repeat("x", 8<<20)+`"}}`), 400, "Bad request", "base: json decoder error")
	})
	t.Run("a form", func(t *testing.T) {
		r := newRig(t)
		rec := r.call("PATCH", configPath, `{}`, "Authorization", "Bearer "+adminToken, "Content-Type", "application/x-www-form-urlencoded")
		r.refused(rec, 400, "Bad request", "base: Expected JSON Body")
	})
	t.Run("a flag that is none", func(t *testing.T) {
		r := newRig(t)
		require.Equal(t, 400, r.admin("PATCH", configPath+"?dry_run=perhaps", map[string]any{}).Code)
	})
}

func TestConfigDryRun(t *testing.T) {
	r := newRig(t)
	before := r.config()
	answer := r.ok(r.admin("PATCH", configPath+"?dry_run=true", migration(true, "forced", "https://x.example.com")), 200)
	require.Equal(t, false, at(answer, "mdm.macos_migration.enable"), "the answer is what is stored")
	require.Equal(t, before, r.config())
	rec := r.admin("PATCH", configPath+"?dry_run=true", `{"host_settings":{"enable_host_users":false}}`)
	require.Equal(t, 400, rec.Code)
	require.Contains(t, rec.Body.String(), `"reason": "warning:`)
	r.ok(r.patch(`{"host_settings":{"enable_host_users":false}}`), 200)
	require.Equal(t, false, at(r.config(), "features.enable_host_users"))
}

func TestErrorBody(t *testing.T) {
	r := newRig(t)
	rec := r.patch(migration(true, "a&b", "https://x.example.com"))
	var body struct{ UUID string }
	require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &body))
	require.Len(t, body.UUID, 36)
	require.Equal(t, `{
  "message": "Validation Failed",
  "errors": [
    {
      "name": "macos_migration.mode",
      "reason": "mode must be one of 'voluntary' or 'forced'"
    }
  ],
  "uuid": "`+body.UUID+`"
}
`, rec.Body.String())
	require.Equal(t, "application/json; charset=utf-8", rec.Header().Get("Content-Type"))
	require.Equal(t, "application/json; charset=utf-8", r.admin("GET", configPath, nil).Header().Get("Content-Type"))
	require.Contains(t, r.patch(map[string]any{"org_info": map[string]any{"org_name": "A & B"}}).Body.String(), `"A \u0026 B"`)
	for name, rec := range map[string]interface{ Result() *http.Response }{
		"before the endpoint": r.call("GET", configPath, nil), "an unread body": r.patch(""),
	} {
		require.Equal(t, "text/plain; charset=utf-8", rec.Result().Header.Get("Content-Type"), name)
	}
	rec = r.call("GET", "/api/fleet/device/abc/migrate_mdm", nil)
	require.Equal(t, "404 page not found\n", rec.Body.String())
}
