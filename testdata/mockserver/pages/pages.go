package pages

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog/preview"
)

//go:embed assets templates
var files embed.FS

// Pages is all pages. It is an http.Handler for everything outside /api.
type Pages struct {
	api     http.Handler
	dir     string
	logos   *prompt.Logos
	handler http.Handler
}

// New makes the pages of the server that answers as api. dir is a folder of
// their own, for the pictures and logos of the preview.
func New(api http.Handler, dir string) (*Pages, error) {
	p := &Pages{api: api, dir: dir, logos: prompt.NewLogos(&http.Client{}, dir)}
	if err := prompt.Unpack(dir); err != nil {
		return nil, fmt.Errorf("making the pages: %w", err)
	}
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		return nil, fmt.Errorf("making the pages: %w", err)
	}
	p.handler = http.NewCrossOriginProtection().Handler(p.routes(assets))
	return p, nil
}

func (p *Pages) routes(assets fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /assets/{file}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, assets, r.PathValue("file"))
	})
	mux.HandleFunc("GET /assets/preview.css", previewStyle)
	mux.Handle("GET /{$}", http.RedirectHandler("/hosts", http.StatusFound))
	mux.HandleFunc("GET /login", p.loginForm)
	mux.HandleFunc("POST /login", p.login)
	mux.HandleFunc("POST /logout", p.logout)
	mux.HandleFunc("GET /device/{token}", p.myDevice)

	mux.Handle("GET /settings", http.RedirectHandler("/settings/integrations/mdm", http.StatusFound))
	mux.HandleFunc("GET /settings/organization/info", p.member(p.organization))
	mux.HandleFunc("GET /settings/integrations/mdm", p.member(p.migration))
	mux.HandleFunc("GET /settings/integrations/apple-business", p.member(p.appleBusiness))
	mux.HandleFunc("GET /preview", p.member(p.preview))
	mux.HandleFunc("GET /hosts", p.member(p.hosts))
	mux.HandleFunc("GET /hosts/{id}", p.member(p.host))
	mux.HandleFunc("GET /activities", p.member(p.activities))
	mux.HandleFunc("PATCH /page-api/config", p.forward(func(*http.Request) string { return "/config" }))
	mux.HandleFunc("POST /page-api/hosts/{id}/{action}", p.forward(func(r *http.Request) string {
		return "/hosts/" + url.PathEscape(r.PathValue("id")) + "/" + url.PathEscape(r.PathValue("action"))
	}))
	mux.HandleFunc("GET /", p.member(p.nowhere))
	return mux
}

// policy lets a page load only what this server serves; pictures of the
// preview are part of their page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers one request.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer") // the address of My device holds a token
	h.Set("Cache-Control", "no-store")
	p.handler.ServeHTTP(w, r)
}

func previewStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write([]byte(preview.Style()))
}

func (p *Pages) nowhere(w http.ResponseWriter, r *http.Request, who member) {
	p.fail(w, who, failure{http.StatusNotFound, "There is no such page."})
}
