//go:build linux

package e2e

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
	"fleetmigrate/testdata/demo/page"
	"fleetmigrate/testdata/demo/stack"
)

// TestDemoPage plays the story with the mouse, on the page that `make demo` prints.
func TestDemoPage(t *testing.T) {
	w := newWorld(t, stack.Options{})
	srv := httptest.NewServer(page.New(w.Stack))
	t.Cleanup(srv.Close)
	b := browser.New(t)
	b.Size(1440, 900)
	b.Go(srv.URL)
	b.Sees("#steps [aria-current]", "In the old MDM")
	b.Click("#tray")
	b.Sees("#menu", "My device")
	require.NotContains(t, b.Text("#menu"), migrate)
	b.Press(kb.Escape)
	b.Gone("#menu")

	b.Fill("[name=webhook_url]", "not a URL")
	b.Click("[name=enable]")
	b.Click("#settings [type=submit]")
	b.Sees("#notice.bad", "webhook_url")
	b.Fill("[name=webhook_url]", w.Webhook)
	b.Click("#settings [type=submit]")
	b.Sees("#notice.ok", "Saved")
	b.Sees("#steps [aria-current]", "Offered")

	b.Click("#tray")
	b.Sees("#menu", migrate)
	b.Screenshot("demo-menu")
	clickItem(b, migrate)
	b.Sees("#desk [role=dialog]", "Remote Management")
	b.Screenshot("demo-dialog")
	b.Click("#desk [data-button=button1]")
	b.Sees("#desk [role=dialog]", "Open Remote Management again")
	b.Sees("#steps [aria-current]", "In no MDM")
	b.Screenshot("demo-guide")
	b.Click("#enroll")
	b.Sees("#steps [aria-current]", "In Fleet")
	b.Sees("#desk [role=dialog]", "OK")
	b.Click("#desk [data-button=button1]")
	b.Sees("#desk", "Nothing asks for attention")
	b.Click("#tray")
	b.Sees("#menu", "About")
	require.NotContains(t, b.Text("#menu"), migrate)
	b.Screenshot("demo-done")
	b.Sees("#log", "webhook received")

	full := b.Tab(t)
	full.Go(browser.Eval[string](b, "document.getElementById('full').href"))
	full.Fill("#token", b.Text("#token"))
	full.Press("\r")
	full.Sees("h1", "workflow")

	b.Size(360, 800)
	b.Dark(true)
	b.Screenshot("demo-narrow-dark")
	require.LessOrEqual(t, browser.Eval[float64](b, "document.documentElement.scrollWidth"), 360.0)
	for _, request := range b.Requests() {
		ours := strings.Contains(request, " "+srv.URL) || strings.HasPrefix(request, "GET data:")
		require.True(t, ours, "loaded from elsewhere: %.200s", request)
	}
	require.Empty(t, complaints(b))
}

// clickItem clicks an item of the page's menu by its words.
func clickItem(b *browser.Tab, label string) {
	browser.Eval[any](b, `[...document.querySelectorAll("#menu button")].find((e) => e.innerText === "`+label+`").click()`)
}

// complaints are the browser's, but for the refusal that the story provokes.
func complaints(b *browser.Tab) (others []string) {
	for _, c := range b.Complaints() {
		if c != "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)" {
			others = append(others, c)
		}
	}
	return others
}
