package pages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// apiRoot is the API that the pages are a client of.
const apiRoot = "/api/latest/fleet"

// maxForward bounds what a page's script may send.
const maxForward = 1 << 20

// reply is an answer of the API.
type reply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *reply) Header() http.Header         { return a.header }
func (a *reply) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *reply) WriteHeader(status int)      { a.status = status }

// call asks the API for the person whose token it is; an empty token asks as nobody.
func (p *Pages) call(r *http.Request, token, method, path string, body []byte) *reply {
	answer := &reply{header: http.Header{}, status: http.StatusOK}
	req, err := http.NewRequestWithContext(r.Context(), method, apiRoot+path, bytes.NewReader(body))
	if err != nil { // a path that is none: the API has nothing there
		answer.status = http.StatusNotFound
		return answer
	}
	req.RemoteAddr = r.RemoteAddr
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	p.api.ServeHTTP(answer, req)
	return answer
}

// failure is an answer of the API that is no success, as a page shows it.
type failure struct {
	status int
	text   string
}

func (f failure) Error() string { return f.text }

// get reads what the API has at path into v.
func (p *Pages) get(r *http.Request, token, path string, v any) error {
	answer := p.call(r, token, http.MethodGet, path, nil)
	if answer.status != http.StatusOK {
		return failure{answer.status, answer.reason()}
	}
	if err := json.Unmarshal(answer.body.Bytes(), v); err != nil {
		return fmt.Errorf("reading the server's answer: %w", err)
	}
	return nil
}

// reason is the API's own words, or the status when it has none.
func (a *reply) reason() string {
	var body struct{ Message string }
	if json.Unmarshal(a.body.Bytes(), &body) == nil && body.Message != "" {
		return body.Message
	}
	return fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))
}

// forward lets a page's script make one call, with the token it can't see.
func (p *Pages) forward(path func(*http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForward))
		if err != nil {
			http.Error(w, "The request is too large, or did not come.", http.StatusRequestEntityTooLarge)
			return
		}
		answer := p.call(r, tokenOf(r), r.Method, path(r), body)
		if kind := answer.header.Get("Content-Type"); kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body.Bytes())
	}
}
