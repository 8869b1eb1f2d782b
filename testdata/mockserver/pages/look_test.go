package pages_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
	"fleetmigrate/testdata/mockserver"
)

// outside are the requests that left the server.
func outside(requests []string, url string) (gone []string) {
	for _, r := range requests {
		_, to, _ := strings.Cut(r, " ")
		if !strings.HasPrefix(to, url+"/") && !strings.HasPrefix(to, "data:") {
			gone = append(gone, r)
		}
	}
	return gone
}

// audit finds what shuts people out: controls without a name, ids that are there
// twice, more or fewer than one h1, a page wider than its window, and text whose
// contrast is below 4.5 (WCAG 2.2, 1.4.3). Disabled controls and pictures are exempt.
const audit = `(() => {
  const found = [], seen = new Set()
  for (const e of document.querySelectorAll('[id]')) { if (seen.has(e.id)) found.push('id twice: ' + e.id); seen.add(e.id) }
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1')
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window: ' + document.documentElement.scrollWidth)
  for (const e of document.querySelectorAll('input:not([type=hidden]), select, button, a')) {
    const name = e.labels?.[0]?.textContent ?? e.getAttribute('aria-label') ?? e.textContent
    if (!name.trim()) found.push('no name: ' + e.outerHTML)
  }
  const rgb = c => { const x = document.createElement('canvas').getContext('2d', { willReadFrequently: true }); x.fillStyle = c; x.fillRect(0, 0, 1, 1); return [...x.getImageData(0, 0, 1, 1).data] }
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0)
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c } return [255, 255, 255] }
  for (const e of document.querySelectorAll('main *, header *')) {
    const text = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
    if (!text || !e.checkVisibility({ visibilityProperty: true }) || e.closest(':disabled, [role=img], .hidden') || e.matches('label:has(:disabled), :disabled *, .switch:has(:disabled) *')) continue
    if (e.closest('fieldset:disabled')) continue
    const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e))
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05)
    if (ratio < 4.5) found.push(ratio.toFixed(2) + ': ' + e.textContent.trim().slice(0, 40))
  }
  return found
})()`

func TestEveryPageFitsAndShutsNobodyOut(t *testing.T) {
	s := newSite(t)
	s.addHost(jo)
	s.addHost(mockserver.NewHost{UUID: "UUID-2", Serial: "C02DEF", ComputerName: "Mia's MacBook Pro of the design department", DeviceToken: "token-mia", OSVersion: "13.6"})
	s.enable("forced", hook(t, http.StatusOK)+"/a/rather/long/path/of/a/webhook/that/has/to/wrap?token=abc")
	require.Equal(t, http.StatusNoContent, s.start(jo.DeviceToken))
	b := browser.New(t)
	s.login(b, adminToken, "/hosts")
	for _, width := range []int{360, 1440} {
		for _, dark := range []bool{false, true} {
			b.Size(width, 900)
			b.Dark(dark)
			look := map[bool]string{false: "light", true: "dark"}[dark]
			for name, path := range map[string]string{"login": "/login", "mdm": mdmPath, "organization": orgPath, "hosts": "/hosts", "host": "/hosts/1",
				"activities": "/activities", "device": "/device/token-mia", "failure": "/nowhere", "apple-business": "/settings/integrations/apple-business"} {
				b.Go(s.url + path)
				if path == mdmPath || path == orgPath {
					drawn(b, "variant")
				}
				b.Screenshot(fmt.Sprintf("server-%s-%d-%s", name, width, look))
				require.Empty(t, browser.Eval[[]string](b, audit), "%s at %d, %s", name, width, look)
			}
		}
	}
	require.Empty(t, outside(b.Requests(), s.url), "no page asks another site for anything")
	require.Subset(t, []string{"Failed to load resource: the server responded with a status of 404 (Not Found)"}, b.Complaints(), "of the page that is not there")
}

// Names are whatever people give their Macs and their company.
func TestAwkwardNames(t *testing.T) {
	s := newSite(t)
	const code = "<script>alert(1)</script><b>bold</b>"
	names := []string{strings.Repeat("Long", 50), strings.Repeat("会社の端末", 40), strings.Repeat("مرحبا ", 30), "🚚👩‍👩‍👧‍👦", code, "  "}
	for i, name := range names {
		s.addHost(mockserver.NewHost{UUID: fmt.Sprint("UUID-", i), Serial: fmt.Sprint("C02LONG", i), ComputerName: name, DeviceToken: fmt.Sprint("token-", i),
			Enrolled: true, ServerURL: "https://mdm.example.com/" + strings.Repeat("path/", 40)})
	}
	s.patch(map[string]any{"org_info": map[string]any{"org_name": code + strings.Repeat("会社", 60), "contact_url": "https://help.example.com/" + strings.Repeat("y", 300)}})
	b := browser.New(t)
	s.login(b, adminToken, "/hosts")
	for _, width := range []int{360, 1440} {
		b.Size(width, 900)
		for name, path := range map[string]string{"hosts": "/hosts", "host": "/hosts/1", "host-rtl": "/hosts/3", "device": "/device/token-1", "activities": "/activities", "organization": orgPath} {
			b.Go(s.url + path)
			if path == orgPath {
				require.Contains(t, drawn(b, "variant"), code)
			}
			b.Screenshot(fmt.Sprintf("server-awkward-%s-%d", name, width))
			require.Empty(t, browser.Eval[[]string](b, audit), "%s at %d", name, width)
		}
		b.Go(s.url + "/hosts")
		require.Equal(t, code, b.Text("tbody tr:nth-child(5) a"))
		require.Equal(t, "C02LONG5", b.Text("tbody tr:nth-child(6) a"), "a name of blanks is none")
		require.Less(t, browser.Eval[float64](b, "document.querySelector('tbody code').getBoundingClientRect().height"), 30.0, "a long name takes no room from the others")
	}
	require.Empty(t, b.Complaints())
}
