package pages_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
	"fleetmigrate/testdata/mockserver"
)

// Nobody needs a pointer: every page by Tab, Enter, Space and the arrows alone.

// tabs presses Tab until the element has the focus, which must be seen there.
func tabs(t *testing.T, b *browser.Tab, css string) {
	t.Helper()
	for range 40 {
		b.Press(kb.Tab)
		require.True(t, browser.Eval[bool](b, focusIsSeen), "the focus is not seen at %s", attribute(b, ":focus", "id"))
		if browser.Eval[bool](b, "document.activeElement.matches("+quoted(css)+")") {
			return
		}
	}
	require.FailNow(t, "Tab does not lead to "+css)
}

// focusIsSeen is whether the focus has an outline, its own or that of the picture drawn beside it.
const focusIsSeen = `[document.activeElement, document.activeElement.nextElementSibling].some(e => e && getComputedStyle(e).outlineStyle !== 'none' && parseFloat(getComputedStyle(e).outlineWidth) >= 2)`

func TestHostsByKeyboardAlone(t *testing.T) {
	s := newSite(t)
	s.addHost(jo)
	s.addHost(mockserver.NewHost{UUID: "UUID-2", Serial: "C02DEF", ComputerName: "Mia's Mac"})
	b := browser.New(t)
	s.login(b, adminToken, "/hosts")
	tabs(t, b, "#query")
	b.Press("jo")
	b.Press(kb.Enter)
	b.Sees(".count", "1 host")
	tabs(t, b, "tbody a")
	b.Press(kb.Enter)
	b.Sees("h1", "Jo's Mac")
	tabs(t, b, "#profile_status")
	b.Press("TH")
	tabs(t, b, "[data-action=assign]")
	b.Press(" ")
	b.Sees("[data-live=why]", "THROTTLED")
	tabs(t, b, "[data-action=unenroll]")
	b.Press(kb.Enter)
	b.Sees("#notices .good", "The Mac is in no MDM any more.")
	b.Focused("[data-action=unenroll]")
	b.Go(s.url + "/hosts/1")
	tabs(t, b, "header a[href='/activities']")
	b.Press(kb.Enter)
	b.Sees("main", "unenrolled Jo's Mac from its MDM")
	tabs(t, b, "#logout")
	b.Press(" ")
	b.Focused("#token")
}

func TestOrganizationByKeyboardAlone(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	s.login(b, adminToken, orgPath)
	tabs(t, b, "#org_name")
	b.Press("Acme Two")
	tabs(t, b, "#contact_url")
	b.Press("https://it.example.com/")
	b.Press(kb.Enter)
	b.Sees("#notices .good", "Successfully updated")
	tabs(t, b, "[name=variant]")
	b.Press(kb.ArrowRight)
	require.Contains(t, drawn(b, "variant=manual"), "Acme Two is moving this Mac")
	tabs(t, b, "[name=appearance]")
	b.Press(kb.ArrowRight)
	drawn(b, "appearance=dark")
	tabs(t, b, "[name=moment]")
	tabs(t, b, "[name=language]")
	b.Press("D")
	drawn(b, "language=de")
}

func TestMyDeviceByKeyboardAlone(t *testing.T) {
	s := newSite(t)
	s.addHost(mockserver.NewHost{UUID: "UUID-1", Serial: "C02DEF", ComputerName: "Mia's Mac", DeviceToken: "token-mia"})
	b := browser.New(t)
	b.Go(s.url + "/device/token-mia")
	tabs(t, b, "#turn-on")
	b.Press(kb.Enter)
	b.Focused("#download")
	tabs(t, b, "#steps-done")
	b.Press(" ")
	b.Gone("#steps")
	b.Focused("#turn-on")
	b.Press(" ")
	b.Sees("#steps", "Download the profile.")
	b.Press(kb.Escape)
	b.Gone("#steps")
	tabs(t, b, "#contact")
}

// Every error is told at its field, to those who hear the page too.
func TestErrorsBelongToTheirFields(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	s.login(b, adminToken, orgPath)
	for field, sees := range map[string]string{"org_name": "Organization name must be present.", "org_logo_url": "Must be a valid URL.",
		"org_logo_url_light_background": "Must be a valid URL.", "contact_url": "Must be a valid URL."} {
		b.Fill("#"+field, map[bool]string{true: " ", false: "nonsense"}[field == "org_name"])
		b.Sees("#"+field+"-error", sees)
		label := browser.Eval[string](b, "document.querySelector("+quoted("#"+field)+").labels[0].textContent")
		told := ""
		for _, line := range b.Heard() {
			if strings.HasPrefix(line, `textbox "`+label+`"`) {
				told = line
			}
		}
		require.Contains(t, told, ": "+sees)
		require.Contains(t, told, ", invalid")
	}
}
