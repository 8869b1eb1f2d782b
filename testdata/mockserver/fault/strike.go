package fault

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"fleetmigrate/testdata/mockserver/wire"
)

// bigBody is how much kind big sends before it gives up on a client that reads on.
const bigBody = 1 << 30

const portalPage = `<!DOCTYPE html>
<html><head><title>Sign in to the network</title></head>
<body><h1>Welcome</h1><p>Accept the terms to go online.</p></body></html>
`

// strike does the damage. Where a connection has to break, it panics with
// http.ErrAbortHandler, which is how net/http is told to.
func (f Fault) strike(w http.ResponseWriter, r *http.Request, released <-chan struct{}, next http.Handler) {
	switch f.Kind {
	case Status:
		f.status(w)
	case Hang:
		select {
		case <-r.Context().Done():
		case <-released:
		}
		panic(http.ErrAbortHandler)
	case Reset:
		reset(w)
	case Truncate:
		real := capture(r, next)
		copyHeader(w, real)
		w.Header().Set("Content-Length", strconv.Itoa(max(real.body.Len(), 1)))
		w.WriteHeader(real.status)
		_, _ = w.Write(real.body.Bytes()[:real.body.Len()/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case Malformed:
		wire.Raw(w, http.StatusOK, []byte(`{"notifications": {"needs_mdm_migration": tru`))
	case HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, portalPage)
	case ContentType:
		real := capture(r, next)
		copyHeader(w, real)
		w.Header().Set("Content-Type", f.ContentType)
		w.WriteHeader(real.status)
		_, _ = w.Write(real.body.Bytes())
	case Big:
		big(w)
	case Redirect:
		w.Header().Set("Location", f.Body)
		w.WriteHeader(http.StatusFound)
	case Slow:
		f.slow(w, r, released, capture(r, next))
	default:
		next.ServeHTTP(w, r)
	}
}

func (f Fault) status(w http.ResponseWriter) {
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	if f.Body == "" && f.Status >= http.StatusBadRequest {
		wire.Fail(w, wire.Base(f.Status, http.StatusText(f.Status), "fault on demand"))
		return
	}
	w.Header().Set("Content-Type", wire.ContentTypeJSON)
	if f.ContentType != "" {
		w.Header().Set("Content-Type", f.ContentType)
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, f.Body)
}

// reset closes the connection so that the peer gets a TCP reset instead of an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: the stream is reset
	}
	raw := conn
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = wrapped.NetConn() // under TLS, whose Close would say goodbye
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = raw.Close()
}

func big(w http.ResponseWriter) {
	w.Header().Set("Content-Type", wire.ContentTypeJSON)
	chunk := bytes.Repeat([]byte("a"), 64<<10)
	_, err := io.WriteString(w, `{"org_name": "`)
	for sent := 0; err == nil && sent < bigBody; sent += len(chunk) {
		_, err = w.Write(chunk)
	}
}

func (f Fault) slow(w http.ResponseWriter, r *http.Request, released <-chan struct{}, real *captured) {
	copyHeader(w, real)
	w.WriteHeader(real.status)
	flush := http.NewResponseController(w)
	for _, b := range real.body.Bytes() {
		if r.Context().Err() != nil {
			return
		}
		_, _ = w.Write([]byte{b})
		_ = flush.Flush()
		wait(r, released, time.Duration(f.Delay))
	}
}

// captured is a real answer that is kept instead of sent.
type captured struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func capture(r *http.Request, next http.Handler) *captured {
	c := &captured{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(c, r)
	return c
}

func (c *captured) Header() http.Header         { return c.header }
func (c *captured) WriteHeader(status int)      { c.status = status }
func (c *captured) Write(b []byte) (int, error) { return c.body.Write(b) }

func copyHeader(w http.ResponseWriter, c *captured) {
	for name, values := range c.header {
		w.Header()[name] = values
	}
}
