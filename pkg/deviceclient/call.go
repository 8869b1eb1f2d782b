package deviceclient

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxBody       = 64 << 10
	maxQueries    = 2 << 20 // of osquery's endpoints: the SQL of every label, policy and pack of a large Fleet comes at once
	maxMessage    = 300     // runes of the server's words
	callTimeout   = 10 * time.Second
	maxRetryAfter = 24 * time.Hour
)

// server is the part that device and orbit endpoints share.
type server struct {
	base      *url.URL
	http      *http.Client
	userAgent string
}

func newServer(c Config) (server, error) {
	base, err := c.parseServer()
	if err != nil {
		return server{}, err
	}
	client, err := c.httpClient(base)
	return server{base, client, c.UserAgent}, err
}

// request is one call. path may hold a token, so no error may hold path.
type request struct {
	method, path string
	body         any // marshaled; nil sends none
	into         any // unmarshaled; nil reads none
	limit        int // of the answer, in bytes; 0 is maxBody
	want         int // the one status that means success; 0 is any of 200 to 299
	timeout      time.Duration
	secrets      []string // what the server must not get into an error by saying it again
}

// call makes the request under its own deadline and reads the answer.
func (s server) call(ctx context.Context, r request) error { return hide(s.try(ctx, r), r.secrets) }

func (s server) try(ctx context.Context, r request) error {
	timeout := r.timeout
	if timeout == 0 {
		timeout = callTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := s.build(ctx, r)
	if err != nil {
		return err
	}
	reply, err := s.http.Do(req)
	if err != nil {
		return redact(err)
	}
	defer reply.Body.Close()
	return read(reply, r)
}

func (s server) build(ctx context.Context, r request) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		data, err := json.Marshal(r.body)
		if err != nil {
			return nil, errors.New("encoding the request")
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, s.base.String()+r.path, body)
	if err != nil {
		return nil, errors.New("making the request") // the cause would quote the URL
	}
	req.Header.Set("Accept", "application/json")
	if s.userAgent != "" {
		req.Header.Set("User-Agent", s.userAgent)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

func read(reply *http.Response, r request) error {
	if reply.StatusCode == http.StatusSwitchingProtocols { // its body is the bare connection, which knows no deadline
		return statusError(reply, nil, r.secrets)
	}
	body, err := readBody(reply.Body, cmp.Or(r.limit, maxBody))
	switch {
	case reply.StatusCode < 200 || reply.StatusCode > 299:
		return statusError(reply, body, r.secrets)
	case err != nil:
		return err
	case r.want != 0 && r.want != reply.StatusCode:
		return ErrNotJSON
	case r.into == nil:
		return expectNothing(reply.Header, body)
	}
	return decode(body, r.into)
}

func readBody(body io.Reader, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, int64(limit)+1))
	if err != nil {
		return data, fmt.Errorf("reading the answer: %w", redact(err))
	}
	if len(data) > limit {
		return data[:limit], fmt.Errorf("%w: it is larger than %d KiB", ErrTooLarge, limit>>10)
	}
	return data, nil
}

// expectNothing accepts an empty or a JSON body. A page of HTML under a good
// status is a captive portal, and nothing has been done. The answer to a HEAD
// has no body to judge by, so that its declared type has to do.
func expectNothing(h http.Header, body []byte) error {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && !json.Valid(body) || strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		return ErrNotJSON
	}
	return nil
}

// decode judges by the body and not by its declared type: Fleet sends some of
// its JSON as text/plain.
func decode(body []byte, into any) error {
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '{' {
		return ErrNotJSON
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrNotJSON, err)
	}
	return nil
}

func statusError(reply *http.Response, body []byte, secrets []string) error {
	return &StatusError{reply.StatusCode, message(body, secrets), retryAfter(reply.Header.Get("Retry-After"), time.Now())}
}

// message is the server's own words, made fit for one line of a log.
func message(body []byte, secrets []string) string {
	var e struct {
		Message string `json:"message"`
		Error   string `json:"error"` // osquery endpoints
		Errors  []struct {
			Name, Reason string
		} `json:"errors"`
	}
	if json.Unmarshal(body, &e) != nil {
		return ""
	}
	words := []string{e.Message, e.Error}
	if len(e.Errors) > 0 {
		words = append(words, e.Errors[0].Reason)
	}
	return oneLine(words, secrets)
}
