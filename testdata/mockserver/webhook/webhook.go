// Package webhook sends the migration webhook as Fleet does: one POST, 30
// seconds in all, any 2xx is success, redirects followed by the rules of Go's
// client.
//
// It knows neither hosts nor settings. No text that it returns holds a secret
// of the URL.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Timeout bounds one delivery, redirects and reading included.
const Timeout = 30 * time.Second

// keptBody is how many bytes of a receiver's answer are kept.
const keptBody = 512

// Payload is the body: {"timestamp", "host": {"id", "uuid", "hardware_serial"}}.
type Payload struct {
	Timestamp time.Time `json:"timestamp"` // UTC, nanoseconds
	Host      Host      `json:"host"`
}

// Host names the Mac that asks to be let go.
type Host struct {
	ID             uint   `json:"id"`
	UUID           string `json:"uuid"`
	HardwareSerial string `json:"hardware_serial"`
}

// Result is how a delivery ended.
type Result struct {
	Status   int    // 0 without an answer
	Body     string // the first 512 bytes of the answer, secrets of the URL masked
	Err      error  // nil after a 2xx; its text is Fleet's, with masked URLs
	Duration time.Duration
}

// Sender delivers webhooks. The zero value works.
type Sender struct {
	Client *http.Client // nil is a plain client; its Timeout is not used
}

// Send delivers p to rawURL once. Ending ctx ends it.
func (s Sender) Send(ctx context.Context, rawURL string, p Payload) Result {
	start := time.Now()
	status, body, err := s.post(ctx, rawURL, p)
	return Result{Status: status, Body: body, Err: err, Duration: time.Since(start)}
}

func (s Sender) post(ctx context.Context, rawURL string, p Payload) (int, string, error) {
	encoded, err := json.Marshal(p)
	if err != nil {
		return 0, "", fmt.Errorf("encoding the webhook: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	secrets := secretsOf(rawURL)
	failed := func(err error) error {
		return fmt.Errorf("failed to POST to %s: %w, request-size=%d", Mask(rawURL), secrets.hideIn(err), len(encoded))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, rawURL, bytes.NewReader(encoded))
	if err != nil {
		return 0, "", failed(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.client().Do(req)
	if err != nil {
		return 0, "", failed(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, keptBody)) // what came is enough for a log
	text := strings.ToValidUTF8(secrets.hide(string(raw), len(raw) == keptBody), "\uFFFD")
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp.StatusCode, text, fmt.Errorf("error posting to %s: %d. %s", Mask(rawURL), resp.StatusCode, text)
	}
	return resp.StatusCode, text, nil
}

func (s Sender) client() *http.Client {
	if s.Client != nil {
		return s.Client
	}
	return &http.Client{}
}
