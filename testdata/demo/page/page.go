// Package page is the demo's one page: IT's settings, the Mac's screen and what
// happens, live. The state goes out as one event stream; clicks come back as
// requests, and are done by the stack.
//
// It keeps no state: what it shows is read from the stack whenever anything
// has happened.
package page

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"

	"fleetmigrate/swiftdialog/preview"
	"fleetmigrate/testdata/demo/stack"
)

//go:embed assets
var files embed.FS

// policy lets the page load nothing from elsewhere; pictures of dialogs are
// data URLs.
const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// maxBody caps what a click may send.
const maxBody = 64 << 10

// Page serves the page of one stack.
type Page struct {
	stack *stack.Stack
	mux   *http.ServeMux
}

// New makes the page. It has an admin's powers over the demo's server, so other
// sites can't send it anything.
func New(s *stack.Stack) http.Handler {
	p := &Page{stack: s, mux: http.NewServeMux()}
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	p.mux.Handle("GET /assets/", http.StripPrefix("/assets/", http.FileServerFS(assets)))
	p.mux.HandleFunc("GET /assets/dialog.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = io.WriteString(w, preview.Style())
	})
	p.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, assets, "index.html") })
	p.mux.HandleFunc("GET /events", p.events)
	p.mux.HandleFunc("GET /tray/icon.png", p.icon)
	p.mux.Handle("PATCH /fleet/config", do(p.patch))
	p.mux.Handle("POST /mac/enroll", do(func(ctx context.Context, _ []byte) error { return s.Enroll(ctx) }))
	p.mux.Handle("POST /mac/reset", do(func(ctx context.Context, _ []byte) error { return s.Reset(ctx) }))
	p.mux.Handle("POST /tray/open", do(func(ctx context.Context, _ []byte) error { return s.Tray.Open(ctx) }))
	p.mux.Handle("POST /tray/click", do(p.click))
	p.mux.Handle("POST /dialog/press", do(p.press))
	return http.NewCrossOriginProtection().Handler(p)
}

// ServeHTTP implements http.Handler.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	p.mux.ServeHTTP(w, r)
}

// do makes a handler of something a person does. A refusal of the server is
// handed on as it is.
func do(act func(ctx context.Context, body []byte) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err == nil {
			err = act(r.Context(), body)
		}
		var answer *stack.AnswerError
		switch {
		case errors.As(err, &answer):
			w.WriteHeader(answer.Status)
			_, _ = w.Write(answer.Body)
		case err != nil:
			http.Error(w, err.Error(), http.StatusConflict)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
}

func (p *Page) patch(ctx context.Context, body []byte) error {
	if !json.Valid(body) {
		return errors.New("the body is no JSON")
	}
	_, err := p.stack.Admin(ctx, http.MethodPatch, "/api/latest/fleet/config", json.RawMessage(body))
	return err
}

func (p *Page) click(ctx context.Context, body []byte) error {
	var what struct{ Label string }
	if err := json.Unmarshal(body, &what); err != nil {
		return fmt.Errorf("reading the click: %w", err)
	}
	return p.stack.Tray.Click(ctx, what.Label)
}

func (p *Page) press(_ context.Context, body []byte) error {
	var what struct {
		ID     int
		Button string
	}
	if err := json.Unmarshal(body, &what); err != nil {
		return fmt.Errorf("reading the press: %w", err)
	}
	return p.stack.Page.Press(what.ID, what.Button)
}

func (p *Page) icon(w http.ResponseWriter, r *http.Request) {
	if p.stack.Tray == nil {
		http.NotFound(w, r)
		return
	}
	data, err := p.stack.Tray.Icon(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(data)
}
