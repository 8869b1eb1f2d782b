package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
)

func TestLogin(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	b.Go(s.url + "/")
	b.Focused("#token")
	b.Fill("#token", "wrong-1")
	b.Click("#login")
	b.Sees("#token-error", "The server does not accept this API token: Authentication required.")
	require.NotContains(t, browser.Eval[string](b, "document.documentElement.outerHTML"), "wrong-1")
	b.Fill("#token", "  "+adminToken+" ")
	b.Click("#login")
	b.Sees("h1", "Hosts")
	b.Sees(".role", "Admin")
	require.Empty(t, browser.Eval[string](b, "document.cookie"), "no script can read the token")
	require.NotContains(t, browser.Eval[string](b, "document.documentElement.outerHTML + JSON.stringify(sessionStorage) + JSON.stringify(localStorage)"), adminToken)
	b.Click("#logout")
	b.Sees("h1", "Log in")
	b.Go(s.url + "/activities?page=0")
	b.Sees("h1", "Log in")
	b.Fill("#token", observerToken)
	b.Click("#login")
	b.Sees("h1", "Activity")
	b.Sees(".role", "Observer")
}

func TestLoginLeadsNowhereElse(t *testing.T) {
	s := newSite(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for next, want := range map[string]string{
		"/hosts?page=1": "/hosts?page=1", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "hosts": "/", "/%zz": "/",
	} {
		form := strings.NewReader("token=" + adminToken + "&next=" + strings.NewReplacer("%", "%25", "?", "%3F", "=", "%3D").Replace(next))
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/login", form)
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := client.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusSeeOther, resp.StatusCode, next)
		require.Equal(t, want, resp.Header.Get("Location"), next)
		cookie := resp.Cookies()[0]
		require.True(t, cookie.HttpOnly)
		require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	}
}

func TestPagesAreGuarded(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		name, method, path, site string
		status                   int
	}{
		{"nobody may send", "PATCH", "/page-api/config", "same-origin", http.StatusUnauthorized},
		{"another site may not", "PATCH", "/page-api/config", "cross-site", http.StatusForbidden},
		{"nor log somebody in", "POST", "/login", "cross-site", http.StatusForbidden},
		{"only what the pages need is passed on", "GET", "/page-api/config", "same-origin", http.StatusSeeOther},
		{"a page asks to log in", "GET", "/hosts", "none", http.StatusSeeOther},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), c.method, s.url+c.path, strings.NewReader("{}"))
			require.NoError(t, err)
			req.Header.Set("Sec-Fetch-Site", c.site)
			resp, err := http.DefaultTransport.RoundTrip(req)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, c.status, resp.StatusCode)
			require.Contains(t, resp.Header.Get("Content-Security-Policy"), "default-src 'none'")
			require.NotContains(t, resp.Header.Get("Content-Security-Policy"), "unsafe")
			require.Equal(t, "no-referrer", resp.Header.Get("Referrer-Policy"))
			require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
		})
	}
}
