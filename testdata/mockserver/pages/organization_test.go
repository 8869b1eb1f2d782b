package pages_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog/preview"
	"fleetmigrate/testdata/browser"
)

func TestOrganizationForm(t *testing.T) {
	s := newSite(t)
	b := browser.New(t)
	s.login(b, adminToken, orgPath)
	stored := func() map[string]any {
		return s.api("GET", "/api/latest/fleet/config", nil)["org_info"].(map[string]any)
	}
	before := stored()

	for _, c := range []struct{ field, text, sees string }{
		{"org_name", " ", "Organization name must be present."},
		{"org_logo_url", "logo.png", "Must be a valid URL."},
		{"org_logo_url_light_background", "file:///logo.png", "Must be a valid URL."},
		{"contact_url", "javascript:alert(1)", "Must be a valid URL."},
	} {
		t.Run("a wrong "+c.field, func(t *testing.T) {
			old := property[string](b, "#"+c.field, "value")
			b.Fill("#"+c.field, c.text)
			b.Sees("#"+c.field+"-error", c.sees)
			b.Click("#save")
			b.Focused("#" + c.field)
			if old == "" {
				old = "https://example.com/" + c.field
			}
			b.Fill("#"+c.field, old)
			b.Gone("#" + c.field + "-error")
		})
	}
	require.Equal(t, before, stored(), "nothing was sent")
	t.Run("mail and telephone are contacts too", func(t *testing.T) {
		for _, good := range []string{"tel:+4930123456", "mailto:it@example.com"} {
			b.Fill("#contact_url", good)
			b.Gone("#contact_url-error")
		}
	})
	t.Run("save", func(t *testing.T) {
		b.Fill("#org_name", "Globex <b>&amp;")
		b.Fill("#org_logo_url", "")
		b.Fill("#org_logo_url_light_background", "")
		b.Click("#save")
		b.Sees("#notices", "Successfully updated organization info.")
		require.Equal(t, "Globex <b>&amp;", stored()["org_name"])
		require.Equal(t, "mailto:it@example.com", stored()["contact_url"])
		b.Go(s.url + orgPath)
		require.Equal(t, "Globex <b>&amp;", property[string](b, "#org_name", "value"))
	})
	t.Run("an empty contact becomes Fleet's own", func(t *testing.T) {
		b.Fill("#contact_url", "")
		b.Click("#save")
		b.Wait("document.querySelector('#contact_url').value === 'https://fleetdm.com/company/contact'")
	})
	t.Run("what only the server finds is shown at the field", func(t *testing.T) {
		s.fault(map[string]any{"route": patchRoute, "kind": "status", "status": 422, "times": 1,
			"body": `{"message":"Validation Failed","errors":[{"name":"org_logo_url","reason":"cannot specify both"}]}`})
		b.Click("#save")
		b.Sees("#org_logo_url-error", "cannot specify both")
		b.Focused("#org_logo_url")
	})
	t.Run("any other failure is a notice", func(t *testing.T) {
		s.fault(map[string]any{"route": patchRoute, "kind": "html", "times": 1})
		b.Click("#save")
		b.Sees("#notices .bad", "Could not update. Please try again.")
	})
}

// drawn waits until the preview shows what its controls ask for and returns its text.
func drawn(b *browser.Tab, want ...string) string {
	for _, part := range want {
		b.Wait("document.querySelector('#stage').dataset.drawn?.includes(" + quoted(part) + ")")
	}
	return attribute(b, "#stage", "aria-label")
}

const shadow = "document.querySelector('#stage').shadowRoot.querySelector"

func TestPreview(t *testing.T) {
	logo := newLogo(t)
	s := newSite(t)
	s.patch(map[string]any{"org_info": map[string]any{"org_logo_url": logo + "/dark.png", "org_logo_url_light_background": logo + "/light.png"}})
	b := browser.New(t)
	s.login(b, adminToken, mdmPath)

	require.Contains(t, drawn(b, "mode=voluntary", "variant=ade"), "If you choose Later, you can start any time")
	require.True(t, browser.Eval[bool](b, shadow+"('.sd-icon').naturalWidth > 0"), "the logo")
	require.True(t, browser.Eval[bool](b, shadow+"('.sd-banner').naturalWidth > 0"), "the picture")
	b.Click("#enable")
	b.Click("[value=forced]")
	require.Contains(t, drawn(b, "mode=forced"), "this window comes back")
	b.Click("[name=variant][value=manual]")
	require.Contains(t, drawn(b, "variant=manual"), "My device")
	b.Click("[name=variant][value=pre_sonoma]")
	require.Contains(t, drawn(b, "variant=pre_sonoma"), "Device Enrollment")
	require.False(t, browser.Eval[bool](b, shadow+"('.sd').matches('.sd-dark')"))
	b.Click("[name=appearance][value=dark]")
	drawn(b, "appearance=dark")
	require.True(t, browser.Eval[bool](b, shadow+"('.sd').matches('.sd-dark')"))
	require.False(t, browser.Eval[bool](b, shadow+"('button').matches(':focus')"))

	t.Run("it is the dialog that the agent makes", func(t *testing.T) {
		b.Click("[value=voluntary]")
		b.Click("[name=variant][value=ade]")
		b.Click("[name=appearance][value=light]")
		drawn(b, "mode=voluntary", "variant=ade", "appearance=light")
		want, err := preview.HTML(prompt.Build(prompt.Request{Variant: prompt.ADE, Language: "en", OrgName: "Acme",
			ContactURL: "https://fleetdm.com/company/contact", Now: time.Now(), DeferralsLeft: -1}), false)
		require.NoError(t, err)
		text := `(html => { const d = document.createElement('div'); d.innerHTML = html; return d.textContent.replace(/\s+/g, ' ').trim() })`
		require.Equal(t, browser.Eval[string](b, text+"("+quoted(want)+")"), browser.Eval[string](b, text+"("+shadow+"('div').innerHTML)"))
	})
	t.Run("every moment in every language", func(t *testing.T) {
		choose := func(name, value string) {
			browser.Eval[any](b, "(s => { s.value = "+quoted(value)+"; s.dispatchEvent(new Event('change', { bubbles: true })) })(document.querySelector('[name="+name+"]'))")
		}
		choose("moment", "waiting_manual")
		choose("language", "de")
		require.Contains(t, drawn(b, "moment=waiting_manual", "language=de"), "Noch ein Schritt")
		b.Sees("#moment-when", "for a Mac that enrolls by hand")
		require.Empty(t, browser.Eval[[]string](b, "[...document.querySelectorAll('[name=moment] option')].map(o => o.textContent).filter(t => /^[a-z]|[_-]/.test(t))"), "every moment has a name that people read")
		b.Screenshot("server-preview-moment")
		choose("moment", "ade-overdue")
		choose("language", "ja")
		require.Contains(t, drawn(b, "moment=ade-overdue", "language=ja"), "期限は")
	})
	t.Run("it follows the name as one types", func(t *testing.T) {
		b.Go(s.url + orgPath)
		b.Fill("#org_name", "Initech <img src=x>")
		require.Contains(t, drawn(b, "org_name=Initech+%3Cimg+src%3Dx%3E"), "Initech <img src=x> is moving this Mac")
		b.Fill("#contact_url", "http://user@example.com/")
		drawn(b, "user%40example.com")
		b.Sees("#preview-note", "The contact link is missing")
		require.Equal(t, "null", browser.Eval[string](b, "String("+shadow+"('.sd-info'))"))
	})
	t.Run("a logo that can't be had is left away, and a note says why", func(t *testing.T) {
		s.patch(map[string]any{"org_info": map[string]any{"org_logo_url": logo + "/nothing", "org_logo_url_light_background": logo + "/nothing"}})
		b.Go(s.url + orgPath)
		b.Sees("#preview-note", "The logo is missing")
	})
	t.Run("a drawing that fails says so", func(t *testing.T) {
		s.fault(map[string]any{"route": "GET /api/latest/fleet/config", "kind": "status", "status": 500, "times": 1})
		b.Click("[name=variant][value=manual]")
		b.Sees("#preview-note", "The preview could not be drawn.")
	})
	require.Empty(t, outside(b.Requests(), s.url))
}

// newLogo serves a picture.
func newLogo(t *testing.T) string {
	t.Helper()
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 64, 64))))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/nothing" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(picture.Bytes())
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}
