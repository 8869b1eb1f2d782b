package pages_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
	"fleetmigrate/testdata/mockserver"
)

const patchRoute = "PATCH /api/latest/fleet/config"

func TestMigrationForm(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	s.login(b, adminToken, mdmPath)

	t.Run("off, and everything below it can't be used", func(t *testing.T) {
		b.Sees("#enable-word", "Disabled")
		for _, css := range []string{"[value=voluntary]", "[value=forced]", "#webhook_url"} {
			require.True(t, property[bool](b, css, "matches(':disabled')"), css)
		}
		require.True(t, property[bool](b, "[value=voluntary]", "checked"), "no mode means voluntary")
	})
	t.Run("on", func(t *testing.T) {
		b.Click("#enable")
		b.Sees("#enable-word", "Enabled")
		for _, css := range []string{"[value=voluntary]", "[value=forced]", "#webhook_url"} {
			require.False(t, property[bool](b, css, "matches(':disabled')"), css)
		}
	})
	t.Run("each mode has its sentence", func(t *testing.T) {
		b.Sees("#mode-help", "opens when a person chooses Migrate to Fleet")
		b.Click("[value=forced]")
		b.Sees("#mode-help", "again 15 minutes after it was put off")
		b.Gone("[data-mode=voluntary]")
	})
	t.Run("a webhook URL is checked as one types, and on save", func(t *testing.T) {
		b.Click("#save")
		b.Sees("#webhook_url-error", "Must be a valid URL.")
		b.Focused("#webhook_url")
		b.Fill("#webhook_url", "ftp://x")
		b.Sees("#webhook_url-error", "Must be a valid URL.")
		require.Equal(t, "true", attribute(b, "#webhook_url", "aria-invalid"))
		b.Fill("#webhook_url", "hooks.example.com/x")
		b.Sees("#webhook_url-error", "Must be a valid URL.")
		b.Fill("#webhook_url", "https://hooks.example.com/x")
		b.Gone("#webhook_url-error")
		require.Equal(t, false, s.migration()["enable"], "nothing was sent")
	})
	t.Run("save", func(t *testing.T) {
		b.Click("#save")
		b.Sees("#notices", "Successfully updated end user migration.")
		require.Equal(t, map[string]any{"enable": true, "mode": "forced", "webhook_url": "https://hooks.example.com/x"}, s.migration())
		b.Click("#notices button")
		b.Gone("#notices .notice")
		b.Go(s.url + mdmPath)
		b.Sees("#enable-word", "Enabled")
		require.True(t, property[bool](b, "[value=forced]", "checked"))
		require.Equal(t, "https://hooks.example.com/x", property[string](b, "#webhook_url", "value"))
	})
	t.Run("off keeps mode and URL", func(t *testing.T) {
		b.Fill("#webhook_url", "nonsense")
		b.Sees("#webhook_url-error", "Must be a valid URL.")
		b.Fill("#webhook_url", "http://localhost:9000/hook")
		b.Gone("#webhook_url-error")
		b.Click("#enable")
		b.Click("#save")
		b.Sees("#notices", "Successfully updated")
		require.Equal(t, map[string]any{"enable": false, "mode": "forced", "webhook_url": "http://localhost:9000/hook"}, s.migration())
	})
	t.Run("example payload", func(t *testing.T) {
		b.Click("#payload-open")
		b.Sees("#payload", "hardware_serial")
		b.Press(kb.Escape)
		b.Gone("#payload")
		b.Focused("#payload-open")
		b.Press(kb.Enter)
		b.Sees("#payload", "Example payload")
		b.Click("#payload-done")
		b.Gone("#payload")
		b.Focused("#payload-open")
	})
	require.Empty(t, b.Complaints())
}

func TestMigrationFormErrors(t *testing.T) {
	s := newSite(t)
	s.enable("voluntary", "https://hooks.example.com/x")
	stored := s.migration()
	b := browser.New(t)
	s.login(b, adminToken, mdmPath)
	patched := func() (n int) {
		for _, r := range b.Requests() {
			if r == "PATCH "+s.url+"/page-api/config" {
				n++
			}
		}
		return n
	}

	t.Run("what only the server finds is shown at the field", func(t *testing.T) {
		b.Fill("#webhook_url", "https://hooks.example.com/%zz")
		b.Gone("#webhook_url-error")
		b.Click("#save")
		b.Sees("#webhook_url-error", `parse "https://hooks.example.com/%zz": invalid URL escape "%zz"`)
		b.Focused("#webhook_url")
		b.Gone("#notices .notice")
	})
	b.Fill("#webhook_url", "https://hooks.example.com/y")
	for _, c := range []struct {
		name, sees string
		fault      map[string]any
	}{
		{"a server that fails", "Could not update. Please try again.", map[string]any{"kind": "status", "status": 500}},
		{"a refusal that names no field", "Could not update. Please try again.", map[string]any{"kind": "status", "status": 422}},
		{"a role that was taken away", "Your role may not do this.", map[string]any{"kind": "status", "status": 403}},
		{"a token that was taken away", "Your API token is no longer good. Please log in again.", map[string]any{"kind": "status", "status": 401}},
		{"a page in between", "Could not update. Please try again.", map[string]any{"kind": "html"}},
		{"a connection that breaks", "The server did not answer. Please try again.", map[string]any{"kind": "reset"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.fault["route"] = patchRoute // always: Chromium tries again when a kept connection breaks
			s.fault(c.fault)
			b.Click("#save")
			b.Sees("#notices .bad", c.sees)
			require.Equal(t, "https://hooks.example.com/y", property[string](b, "#webhook_url", "value"), "what was typed stays")
			b.Click("#notices button")
			b.Gone("#notices .notice")
			s.api("DELETE", "/control/faults", nil)
		})
	}
	require.Equal(t, stored, s.migration(), "no error has changed anything")

	t.Run("while one save is under way another press does nothing", func(t *testing.T) {
		s.fault(map[string]any{"route": patchRoute, "kind": "hang", "times": 1})
		before := patched()
		b.Click("#save")
		b.Wait("document.querySelector('#save').getAttribute('aria-busy') === 'true'")
		b.Click("#save")
		b.Press(kb.Enter)
		s.api("DELETE", "/control/faults", nil)
		b.Wait("!document.querySelector('#save').hasAttribute('aria-busy')")
		require.Equal(t, before+1, patched()) // not sooner: Chromium tells of a request after the page is busy
	})
}

func TestMigrationByKeyboardAlone(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	s.login(b, adminToken, mdmPath)
	b.Press(kb.Tab)
	b.Focused(".skip")
	b.Press(kb.Enter)
	b.Focused("#main")
	b.Press(kb.Tab + kb.Tab + kb.Tab)
	b.Focused("#enable")
	b.Press(" ")
	b.Sees("#enable-word", "Enabled")
	b.Press(kb.Tab)
	b.Focused("[value=voluntary]")
	b.Press(kb.ArrowRight)
	b.Focused("[value=forced]")
	b.Sees("#mode-help", "again 15 minutes")
	b.Press(kb.Tab)
	b.Focused("#webhook_url")
	b.Press("http://127.0.0.1:9000/hook?token=abc")
	b.Press(kb.Enter)
	b.Sees("#notices", "Successfully updated end user migration.")
	require.Equal(t, map[string]any{"enable": true, "mode": "forced", "webhook_url": "http://127.0.0.1:9000/hook?token=abc"}, s.migration())
}

func TestMigrationStates(t *testing.T) {
	free := newSite(t, func(c *mockserver.Config) { c.License = mockserver.Free })
	noABM := newSite(t, func(c *mockserver.Config) { c.ABMDisconnected = true })
	gitops := newSite(t)
	gitops.patch(map[string]any{"gitops": map[string]any{"gitops_mode_enabled": true, "repository_url": "https://git.example.com/fleet"}})
	plain := newSite(t)
	b := browser.New(t)

	t.Run("free license", func(t *testing.T) {
		tab := b.Tab(t)
		free.login(tab, adminToken, mdmPath)
		tab.Sees("#premium", "This feature is included in Fleet Premium.")
		tab.Gone("#migration")
	})
	t.Run("no Apple Business", func(t *testing.T) {
		tab := b.Tab(t)
		noABM.login(tab, adminToken, mdmPath)
		tab.Sees("#no-abm", "Migration workflow for macOS hosts")
		tab.Gone("#migration")
		tab.Click("#connect")
		tab.Sees("main", "Not connected.")
	})
	t.Run("GitOps mode", func(t *testing.T) {
		tab := b.Tab(t)
		for _, path := range []string{mdmPath, orgPath} {
			if path == mdmPath {
				gitops.login(tab, adminToken, path)
			} else {
				tab.Go(gitops.url + path)
			}
			tab.Sees("#readonly", "managed in https://git.example.com/fleet")
			requireAllDisabled(t, tab)
		}
	})
	t.Run("observer", func(t *testing.T) {
		tab := b.Tab(t)
		plain.login(tab, observerToken, mdmPath)
		tab.Sees("#readonly", "Your role, observer, may read these settings and not change them.")
		requireAllDisabled(t, tab)
	})
	t.Run("the GitOps role can't read", func(t *testing.T) {
		tab := b.Tab(t)
		plain.login(tab, gitopsToken, mdmPath)
		tab.Sees("#failure", "It can't read them, so there is nothing to show here.")
	})
}

func requireAllDisabled(t *testing.T, b *browser.Tab) {
	t.Helper()
	require.Zero(t, browser.Eval[int](b, "[...document.querySelectorAll('form[id] input, form[id] button')].filter(e => !e.matches(':disabled')).length"))
	require.Positive(t, browser.Eval[int](b, "document.querySelectorAll('form[id] input:disabled').length"))
}
