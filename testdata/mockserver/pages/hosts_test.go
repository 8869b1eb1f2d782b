package pages_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
	"fleetmigrate/testdata/mockserver"
)

func TestHostsList(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	s.login(b, observerToken, "/hosts")
	b.Sees("main", "A Mac shows up when its agent enrolls")

	s.addHost(jo)
	b.Sees("table", "Jo's Mac") // by itself
	for i := range 59 {
		s.addHost(mockserver.NewHost{UUID: fmt.Sprintf("UUID-%02d", i), Serial: fmt.Sprintf("S%02d", i), ComputerName: fmt.Sprintf("Mac %02d", i)})
	}
	s.enable("voluntary", "https://hooks.example.com/x")
	b.Go(s.url + "/hosts")
	b.Sees(".count", "60 hosts")
	b.Sees(".pager", "1–50 of 60")
	b.Click("[rel=next]")
	b.Sees("table", "Mac 58")
	b.Sees(".pager", "51–60 of 60")
	b.Click("[rel=prev]")
	b.Sees("table", "Jo's Mac")
	b.Click("#last")
	b.Sees(".pager", "51–60 of 60")
	b.Click(".pager a")
	b.Sees(".pager", "1–50 of 60")
	b.Go(s.url + "/hosts?page=7")
	b.Sees("main", "There are not so many pages.")
	b.Click("main section a")
	b.Sees(".pager", "1–50 of 60")

	t.Run("search", func(t *testing.T) {
		b.Fill("#query", " s5 ")
		b.Click("#search")
		b.Sees(".count", "9 hosts")
		require.Equal(t, "s5", property[string](b, "#query", "value"))
		b.Fill("#query", "nobody")
		b.Click("#search")
		b.Sees("main", "Nothing matches.")
		b.Click("main a[href='/hosts']")
		b.Sees(".count", "60 hosts")
	})
	t.Run("filter", func(t *testing.T) {
		browser.Eval[any](b, "void (document.querySelector('#prompted').value = 'true')")
		b.Click("#search")
		b.Sees(".count", "1 host")
		b.Sees("table", "Jo's Mac")
		require.Equal(t, "Jo's Mac C02ABC macOS 15.1 On (automatic), Jamf Yes Yes",
			browser.Eval[string](b, `[...document.querySelectorAll('tbody tr > *')].map(e => e.textContent.trim()).join(' ')`))
		browser.Eval[any](b, "void (document.querySelector('#prompted').value = 'false')")
		b.Click("#search")
		b.Sees(".count", "59 hosts")
	})
	b.Go(s.url + "/hosts?prompted=true")
	b.Click("tbody a")
	b.Sees("h1", "Jo's Mac")
	require.Empty(t, b.Complaints())
}

// hook is the old MDM's end, with a status to answer.
func hook(t *testing.T, status int) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "receiver says <hello>")
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// start is what the agent does when the person chooses Start.
func (s *site) start(token string) int {
	s.t.Helper()
	resp, err := http.Post(s.url+"/api/latest/fleet/device/"+token+"/migrate_mdm", "application/json", nil)
	require.NoError(s.t, err)
	require.NoError(s.t, resp.Body.Close())
	return resp.StatusCode
}

func TestHostPage(t *testing.T) {
	s := newSite(t)
	s.addHost(jo)
	b := browser.New(t)
	s.login(b, adminToken, "/hosts/1")

	t.Run("why it is not prompted", func(t *testing.T) {
		b.Sees("#verdict", "Not prompted")
		b.Sees("#missing", "End user migration workflow is enabled")
		require.Equal(t, 17, browser.Eval[int](b, "document.querySelectorAll('.conditions li').length"), "each condition of both paths")
		require.Equal(t, 4, browser.Eval[int](b, "[...document.querySelectorAll('.conditions .word')].filter(e => e.textContent === 'No').length"))
	})
	failing := hook(t, http.StatusBadGateway)
	s.enable("forced", failing+"/hook?token=secret-9")
	t.Run("it becomes prompted by itself", func(t *testing.T) { b.Sees("#verdict", "Prompted") })
	t.Run("a Start whose webhook fails", func(t *testing.T) {
		require.Equal(t, http.StatusBadGateway, s.start(jo.DeviceToken))
		b.Sees(".attempts", "502")
		b.Sees(".attempts", "receiver says <hello>")
		b.Sees(".attempts", "token=MASKED")
		b.Sees("main", "error posting to")
		require.NotContains(t, b.Text("main"), "secret-9")
		require.Contains(t, b.Text("main"), "never opened")
	})
	t.Run("a Start that works, and its window", func(t *testing.T) {
		s.enable("forced", hook(t, http.StatusOK))
		require.Equal(t, http.StatusNoContent, s.start(jo.DeviceToken))
		b.Sees(".attempts", "200")
		b.Sees("#window", "s left")
		first := browser.Eval[int](b, "parseInt(document.querySelector('#window').dataset.seconds)")
		require.InDelta(t, 180, first, 10)
		b.Wait(fmt.Sprintf("parseInt(document.querySelector('#window').dataset.seconds) < %d", first))
		b.Sees("main", "204")
	})
	for _, c := range []struct{ action, notice, selector, sees string }{
		{"unassign", "The assignment was taken back.", "#missing", "Was not enrolled automatically (ADE)"},
		{"assign", "Assigned in Apple Business.", "#verdict", "Prompted"},
		{"unenroll", "The Mac is in no MDM any more.", "#verdict", "Waiting to enroll"},
		{"enroll", "The Mac is enrolled in Fleet.", "[data-live=head]", "On (automatic), Fleet"},
		{"expire_token", "The device token has expired.", "[data-live=history]", "expired 0 s ago"},
		{"refetch", "All vitals will be asked for again.", "h1", "Jo's Mac"},
	} {
		t.Run(c.action, func(t *testing.T) {
			b.Click("[data-action=" + c.action + "]")
			b.Sees("#notices .good", c.notice)
			b.Sees(c.selector, c.sees)
		})
	}
	h, err := s.srv.Host("C02ABC")
	require.NoError(t, err)
	require.True(t, h.RefetchRequested)
	t.Run("a profile that Apple did not take", func(t *testing.T) {
		browser.Eval[any](b, "void (document.querySelector('#profile_status').value = 'THROTTLED')")
		b.Click("[data-action=assign]")
		b.Sees("[data-live=why]", "THROTTLED")
	})
	require.Empty(t, b.Complaints())
	t.Run("an action that fails", func(t *testing.T) {
		s.fault(map[string]any{"route": "POST /api/latest/fleet/hosts/{id}/enroll", "kind": "status", "status": 500, "times": 1})
		b.Click("[data-action=enroll]")
		b.Sees("#notices .bad", "Could not update. Please try again.")
	})
	t.Run("a host whose system can't be read", func(t *testing.T) {
		s.addHost(mockserver.NewHost{UUID: "UUID-2", Serial: "C02DEF", ComputerName: "Odd", OSVersion: "abc", Enrolled: true, ServerURL: "https://x.example.com"})
		b.Go(s.url + "/hosts/2")
		b.Sees(".verdict", `parsing macOS version "abc"`)
	})
	t.Run("no such host", func(t *testing.T) {
		b.Go(s.url + "/hosts/99")
		b.Sees("#failure", "Resource Not Found")
		b.Go(s.url + "/nowhere")
		b.Sees("#failure", "There is no such page.")
	})
	t.Run("an observer may look and not act", func(t *testing.T) {
		tab := b.Tab(t)
		s.login(tab, observerToken, "/hosts/1")
		tab.Sees("main", "may look at hosts and not act on them")
		require.Zero(t, browser.Eval[int](tab, "document.querySelectorAll('[data-action]').length"))
	})
}

func TestActivitiesPage(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	s.login(b, observerToken, "/activities")
	b.Sees("main", "Nothing has happened yet")
	s.addHost(jo)
	s.enable("forced", hook(t, http.StatusOK)+"?key=k-9")
	require.Equal(t, http.StatusNoContent, s.start(jo.DeviceToken))
	for _, action := range []string{"unassign", "assign", "unenroll", "enroll", "expire_token"} {
		s.api("POST", "/api/latest/fleet/hosts/1/"+action, nil)
	}
	s.enable("forced", "http://127.0.0.1:1/") // nobody there
	s.addHost(mockserver.NewHost{UUID: "UUID-2", Serial: "C02DEF", ComputerName: "Mia's Mac", DeviceToken: "token-mia", Enrolled: true, ServerURL: "https://x.example.com"})
	require.Equal(t, http.StatusInternalServerError, s.start("token-mia"))
	s.patch(map[string]any{"mdm": map[string]any{"macos_migration": map[string]any{"enable": false}}})
	s.patch(map[string]any{"org_info": map[string]any{"org_name": "Globex"}})
	s.patch(map[string]any{"gitops": map[string]any{"repository_url": "https://git.example.com"}})
	b.Sees("main", "Admin changed other settings")
	for _, line := range []string{
		"Admin changed the organization info: Globex, contact https://fleetdm.com/company/contact",
		"Admin turned the end user migration workflow off", "Mia's Mac asked to migrate: the webhook http://127.0.0.1:1/ did not answer",
		"Admin expired the device token of Jo's Mac", "Admin enrolled Jo's Mac in Fleet", "Admin unenrolled Jo's Mac from its MDM",
		"Admin assigned Jo's Mac to Fleet in Apple Business Manager", "Admin took the assignment of Jo's Mac in Apple Business Manager back",
		"key=MASKED answered 200", "Admin turned the end user migration workflow on, mode forced", "Jo's Mac installed the agent",
	} {
		b.Sees("main", line)
	}
	require.NotContains(t, b.Text("main"), "k-9")
	for i := range 60 {
		s.patch(map[string]any{"org_info": map[string]any{"org_name": fmt.Sprint("Globex ", i)}})
	}
	b.Go(s.url + "/activities")
	b.Click("[rel=next]")
	b.Sees("main", "Jo's Mac installed the agent")
	b.Click("[rel=prev]")
	b.Sees("main", "Globex 59")
	b.Go(s.url + "/activities?page=99")
	b.Click("main section a")
	b.Sees("main", "Globex 59")
	require.Empty(t, b.Complaints())
}

func TestMyDevicePage(t *testing.T) {
	s := newSite(t)
	s.addHost(mockserver.NewHost{UUID: "UUID-1", Serial: "C02DEF", ComputerName: "Mia's Mac", DeviceToken: "token-mia"})
	s.addHost(jo)
	s.patch(map[string]any{"org_info": map[string]any{"contact_url": "tel:+4930123456"}})
	b := browser.New(t)
	b.Go(s.url + "/device/token-mia")
	b.Sees("#mdm-status", "Off")
	require.Equal(t, "tel:+4930123456", attribute(b, "#contact", "href"))
	b.Click("#turn-on")
	b.Sees("#steps", "Download the profile.")
	resp, err := http.Get(property[string](b, "#download", "href"))
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, "application/x-apple-aspen-config", resp.Header.Get("Content-Type"))
	require.True(t, bytes.Contains(body, []byte("Profile Service")))
	b.Click("#steps-done")
	b.Gone("#steps")
	b.Focused("#turn-on")
	require.Empty(t, b.Complaints())

	s.api("POST", "/api/latest/fleet/hosts/C02DEF/enroll", nil)
	b.Sees("#mdm-status", "On (manual)") // by itself
	b.Gone("#turn-on")
	b.Focused("#main")
	s.api("POST", "/api/latest/fleet/hosts/C02DEF/unenroll", nil)
	b.Click("#turn-on")
	b.Sees("#steps", "Download the profile.")
	require.Empty(t, b.Complaints())
	s.api("POST", "/api/latest/fleet/hosts/C02DEF/expire_token", nil)
	b.Sees("#notices .bad", "This link is no longer good.")

	b.Go(s.url + "/device/" + jo.DeviceToken)
	b.Sees("#mdm-status", "On (automatic)")
	b.Gone("#turn-on")
	b.Go(s.url + "/device/token-mia")
	b.Sees("#failure", "This link is no longer good.")
	s.patch(map[string]any{"org_info": map[string]any{"contact_url": "javascript:alert(1)"}})
	b.Go(s.url + "/device/" + jo.DeviceToken)
	b.Gone("#contact")
}
