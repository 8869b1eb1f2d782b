package mockserver_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// pipes is a listener of connections inside the program, whose deadlines are those of the bubble's clock.
type pipes struct {
	conns chan net.Conn
	ended chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.ended); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func TestABodyThatNeverComesIsTimedOut(t *testing.T) {
	for _, path := range []string{"POST /api/fleet/orbit/enroll", "PATCH " + configPath, "POST " + devicePath + "token-000000000001/migrate_mdm", "POST " + devicePath + "token-000000000001/debug/errors"} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			r.newMac("000000000001")
			ln := &pipes{make(chan net.Conn), make(chan struct{})}
			srv := &http.Server{Handler: r.srv}
			go func() { _ = srv.Serve(ln) }()
			defer srv.Close()
			here, there := net.Pipe()
			defer here.Close()
			ln.conns <- there
			_, err := io.WriteString(here, path+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+adminToken+"\r\nContent-Length: 100\r\n\r\n{")
			require.NoError(t, err)
			begin := time.Now()
			resp, err := http.ReadResponse(bufio.NewReader(here), nil)
			require.NoError(t, err)
			defer resp.Body.Close()
			require.Equal(t, 30*time.Second, time.Since(begin))
			require.Equal(t, http.StatusRequestTimeout, resp.StatusCode, path)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.Contains(t, string(body), `"message": "read pipe: i/o timeout"`)
		})
	}
}
