package pages_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
)

// What comes between opening a page and using it: another admin, the end of a
// session, a server that is away, the browser's own buttons.

const somebodyElse = "Somebody else changed these settings meanwhile."

func TestTwoAdminsAtOnce(t *testing.T) {
	s := newSite(t)
	s.enable("voluntary", "https://hooks.example.com/first")
	b := browser.New(t)
	s.login(b, adminToken, mdmPath)
	b.Fill("#webhook_url", "https://hooks.example.com/mine")
	s.enable("forced", "https://hooks.example.com/theirs")
	b.Click("#save")
	b.Sees("#notices .bad", somebodyElse)
	require.Equal(t, "https://hooks.example.com/theirs", s.migration()["webhook_url"], "nothing was sent")
	require.True(t, property[bool](b, "[value=forced]", "checked"), "what was not touched shows theirs")
	b.Sees("#mode-help", "again 15 minutes")
	require.Equal(t, "https://hooks.example.com/mine", property[string](b, "#webhook_url", "value"), "what was typed stays")
	b.Click("#save")
	b.Sees("#notices .good", "Successfully updated")
	require.Equal(t, map[string]any{"enable": true, "mode": "forced", "webhook_url": "https://hooks.example.com/mine"}, s.migration())
	b.Click("[value=voluntary]")
	b.Click("#save")
	b.Wait("document.querySelector('#save:not([aria-busy])') && document.querySelector('#notices .good')")
	require.Equal(t, "voluntary", s.migration()["mode"], "one's own save is nobody else's")

	b.Go(s.url + orgPath)
	b.Fill("#org_name", "Mine")
	s.patch(map[string]any{"org_info": map[string]any{"contact_url": "https://theirs.example.com/"}})
	b.Click("#save")
	b.Sees("#notices .bad", somebodyElse)
	require.Equal(t, "https://theirs.example.com/", property[string](b, "#contact_url", "value"))
	b.Click("#save")
	b.Sees("#notices .good", "Successfully updated")
	stored := s.api("GET", "/api/latest/fleet/config", nil)["org_info"].(map[string]any)
	require.Equal(t, []any{"Mine", "https://theirs.example.com/"}, []any{stored["org_name"], stored["contact_url"]})
	require.Empty(t, b.Complaints())
}

func TestAPageThatStandsStillSaysSo(t *testing.T) {
	s := newSite(t)
	s.addHost(jo)
	b := browser.New(t)
	s.login(b, observerToken, "/hosts/1")
	for _, c := range []struct {
		name, sees string
		fault      map[string]any
	}{
		{"logged out", "You are logged out.", map[string]any{"kind": "status", "status": 401}},
		{"a server that fails", "The server answered 500.", map[string]any{"kind": "status", "status": 500}},
		{"a connection that breaks", "The server does not answer.", map[string]any{"kind": "reset"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.fault["route"] = "GET /api/latest/fleet/me" // which every page asks for first
			s.fault(c.fault)
			b.Sees("#notices .bad", c.sees)
			b.Sees("h1", "Jo's Mac")
			s.api("DELETE", "/control/faults", nil)
			b.Gone("#notices .notice")
		})
	}
	s.api("POST", "/api/latest/fleet/hosts/1/unenroll", nil)
	b.Sees("[data-live=head]", "Pending")
}

// Chromium fills a form in again when it comes back to a page.
func TestBackAndForward(t *testing.T) {
	s := newSite(t)
	s.enable("forced", "https://hooks.example.com/x")
	b := browser.New(t)
	s.login(b, adminToken, mdmPath)
	b.Click("#enable")
	b.Sees("#enable-word", "Disabled")
	b.Click(".side a")
	b.Sees("h1", "Organization info")
	browser.Eval[any](b, "void history.back()")
	b.Sees("h1", "End user migration workflow")
	b.Wait("document.querySelector('#enable-word').textContent === (document.querySelector('#enable').checked ? 'Enabled' : 'Disabled')")
	require.Equal(t, property[bool](b, "#enable", "checked"), !property[bool](b, "#webhook_url", "matches(':disabled')"))
	browser.Eval[any](b, "void history.forward()")
	b.Sees("h1", "Organization info")
	require.Empty(t, b.Complaints())
}
