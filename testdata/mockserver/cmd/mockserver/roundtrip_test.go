package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/testdata/mockserver"
)

// awkward are texts that YAML would read as something else if they stood there bare.
var awkward = []string{
	"", " ", "true", "yes", "null", "~", "5", "0x1f", "0o17", "1_000", "1e3", "1.50", ".inf", ".nan", "2026-01-02", "12:30", "<<", "=", "---", "...",
	"- a", "? a", "a: b", "a #b", "# a", "*a", "&a", "!a", "!!str a", "%a", "@a", "`a`", "{a}", "[a]", "a, b", "|", ">", "'a'", `"a"`, `a\b`, `\`,
	"a\nb", "a\n", "\na", "a\r\nb", "\t", "a\tb", " a", "a ", "é", "会社", "שלום", "🚚", "\u00a0", "\u2028", "\ufeffa", "\u0085", "\x7f", "\u0001", "a\u0000b", "<b>&amp;", "$X", "${X}",
}

// What `get config` prints, `apply` takes, and nothing is changed by that.
func TestGetThenApplyChangesNothing(t *testing.T) {
	srv, err := mockserver.New(mockserver.Config{AdminToken: "admin-1"})
	require.NoError(t, err)
	listener := httptest.NewServer(srv)
	t.Cleanup(listener.Close)
	t.Setenv("MOCKSERVER_URL", listener.URL)
	t.Setenv("MOCKSERVER_TOKEN", "admin-1")
	file := filepath.Join(t.TempDir(), "config.yml")
	rapid.Check(t, func(rt *rapid.T) {
		patch(rt, srv, anyConfig(rt))
		before := config(rt, srv)
		printed := mustRun(rt, "get", "config")
		require.NoError(rt, os.WriteFile(file, []byte(printed), 0o600))
		mustRun(rt, "apply", "-f", file)
		require.Equal(rt, before, config(rt, srv), printed)
	})
}

func anyConfig(t *rapid.T) map[string]any {
	text := rapid.OneOf(rapid.SampledFrom(awkward), rapid.String())
	scalar := rapid.OneOf(rapid.Map(text, func(s string) any { return s }), rapid.Map(rapid.Int64(), func(i int64) any { return i }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }), rapid.SampledFrom([]any{true, false, nil, []any{}, map[string]any{}}))
	overrides := rapid.MapOfN(text, rapid.OneOf(rapid.Map(text, func(s string) any { return s }), rapid.Just[any](nil)), 0, 3)
	return map[string]any{
		"org_info":      map[string]any{"org_name": "x" + text.Draw(t, "name"), "contact_url": text.Draw(t, "contact"), "org_logo_url": text.Draw(t, "logo")},
		"agent_options": map[string]any{"config": map[string]any{text.Draw(t, "key"): scalar.Draw(t, "value"), "list": []any{scalar.Draw(t, "item"), map[string]any{"deep": scalar.Draw(t, "deep")}}}},
		"features":      map[string]any{"detail_query_overrides": overrides.Draw(t, "overrides")},
		"mdm":           map[string]any{"macos_migration": map[string]any{"mode": text.Draw(t, "mode"), "webhook_url": text.Draw(t, "webhook")}},
	}
}

func mustRun(t *rapid.T, args ...string) string {
	var out bytes.Buffer
	require.Zero(t, run(t.Context(), append([]string{"mockserver"}, args...), &out, &out), out.String())
	return out.String()
}

func patch(t *rapid.T, srv http.Handler, body any) {
	encoded, err := json.Marshal(body)
	require.NoError(t, err)
	call(t, srv, http.MethodPatch, string(encoded))
}

// config is what the server has, as an admin reads it.
func config(t *rapid.T, srv http.Handler) string { return call(t, srv, http.MethodGet, "") }

func call(t *rapid.T, srv http.Handler, method, body string) string {
	req := httptest.NewRequestWithContext(t.Context(), method, configPath, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer admin-1")
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, req)
	require.Equal(t, http.StatusOK, rec.Code, rec.Body.String())
	return rec.Body.String()
}
