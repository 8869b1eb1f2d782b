package mockserver

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"fleetmigrate/testdata/mockserver/wire"
)

// maxBody bounds every body that is decoded, after decompression.
const maxBody = 8 << 20

// Fleet's reasons for a body that it can't use.
const (
	reasonNoJSON  = "Expected JSON Body"
	reasonDecoder = "json decoder error"
)

// decode reads the JSON body of a POST into v. osquery may send it compressed.
func decode(w http.ResponseWriter, r *http.Request, v any) error {
	if isForm(r) {
		return wire.Undecodable(reasonNoJSON)
	}
	body, err := plainBody(w, r)
	if err != nil {
		return unreadable(err)
	}
	err = json.NewDecoder(body).Decode(v)
	switch {
	case errors.Is(err, io.EOF):
		return wire.Undecodable(reasonNoJSON)
	case err != nil:
		return unreadable(err)
	}
	return nil
}

func plainBody(w http.ResponseWriter, r *http.Request) (io.Reader, error) {
	limited := http.MaxBytesReader(w, r.Body, maxBody)
	if r.Header.Get("Content-Encoding") != "gzip" {
		return limited, nil
	}
	zr, err := gzip.NewReader(limited)
	if err != nil {
		return nil, err
	}
	return io.LimitReader(zr, maxBody), nil
}

// unreadable is the answer to a body that is no JSON, or that never came.
func unreadable(err error) error {
	var slow net.Error
	if errors.As(err, &slow) && slow.Timeout() {
		return wire.TimedOut(err.Error())
	}
	return wire.Undecodable(reasonDecoder)
}

// ignorableBody accepts what an endpoint without a body ignores: nothing, a
// form, a JSON object or null. Anything else is refused, as Fleet 4.57 does.
func ignorableBody(r *http.Request) error {
	if isForm(r) {
		return nil
	}
	var ignored struct{}
	err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&ignored)
	if err != nil && !errors.Is(err, io.EOF) {
		return unreadable(err)
	}
	return nil
}

// bodyPatience is how long a client may take to send a body.
const bodyPatience = 30 * time.Second

// timedBody has a deadline that ends with it: what the server does afterwards,
// such as waiting for a webhook, may take longer.
type timedBody struct {
	io.ReadCloser
	conn    *http.ResponseController
	started bool
}

func (b *timedBody) Read(p []byte) (int, error) {
	if !b.started {
		b.started = true
		_ = b.conn.SetReadDeadline(time.Now().Add(bodyPatience)) // what has no connection needs none
	}
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) { // after any other error net/http still drains the connection, by this deadline
		_ = b.conn.SetReadDeadline(time.Time{})
	}
	return n, err
}

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}
