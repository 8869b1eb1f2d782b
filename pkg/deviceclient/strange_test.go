package deviceclient_test

import (
	"compress/gzip"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

// strange is a client of a server that does what no Fleet server does.
func strange(t *testing.T, serve http.HandlerFunc) *deviceclient.Client {
	t.Helper()
	s := httptest.NewUnstartedServer(serve)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	client, err := deviceclient.New(deviceclient.Config{ServerURL: s.URL, Token: fixed(deviceToken)})
	require.NoError(t, err)
	return client
}

// endless writes for as long as somebody reads.
func endless(w io.Writer, text string) {
	for chunk := []byte(strings.Repeat(text, 4<<10)); ; {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func TestStrangeServers(t *testing.T) {
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		is    error
		says  string
	}{
		"a gzip bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			_, _ = io.WriteString(packed, `{"config":"`)
			endless(packed, "a")
		}, deviceclient.ErrTooLarge, ""},
		"no gzip at all": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, `{}`)
		}, nil, "reading the answer"},
		"chunks without end": {func(w http.ResponseWriter, _ *http.Request) { endless(w, " ") }, deviceclient.ErrTooLarge, ""},
		"headers without end": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
				endless(conn, "X-A: b\r\n")
				conn.Close()
			}
		}, nil, "headers exceeded"},
		"hints without end": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				endless(conn, "HTTP/1.1 103 Early Hints\r\n\r\n")
				conn.Close()
			}
		}, nil, ""},
		"a body cut short": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"config":`)
		}, nil, "reading the answer"},
		"another protocol": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n")
				conn.Close()
			}
		}, nil, ""},
		"a switch of protocols": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "websocket")
			w.WriteHeader(http.StatusSwitchingProtocols)
		}, nil, "101 Switching Protocols"},
		"nothing under 204": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, deviceclient.ErrNotJSON, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := strange(t, c.serve).Summary(t.Context())
			require.Error(t, err)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), deviceToken)
			require.Less(t, len(err.Error()), 500)
		})
	}
}

// No kind of redirect brings the token, in a path or a Referer, to another host.
func TestTheTokenStaysWithItsServer(t *testing.T) {
	var heard atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard.Add(1) }))
	t.Cleanup(other.Close)
	for _, status := range []int{300, 301, 302, 303, 305, 307, 308} {
		for _, to := range []string{other.URL + "/x", strings.Replace(other.URL, "127.0.0.1", "localhost", 1), strings.TrimPrefix(other.URL, "http:") + "/x"} {
			client := strange(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			})
			_, err := client.Summary(t.Context())
			for _, err := range []error{err, client.MigrateMDM(t.Context()), client.CheckToken(t.Context())} {
				require.Error(t, err)
				require.NotContains(t, err.Error(), deviceToken)
			}
		}
	}
	require.Zero(t, heard.Load())
}

// A proxy of the environment is used, and hears of a server under TLS no more
// than its name.
func TestAProxyHearsTheNameOnly(t *testing.T) {
	heard := make(chan string, 10)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard <- r.Method + " " + r.RequestURI
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	client, err := deviceclient.New(deviceclient.Config{ServerURL: "https://fleet.invalid", Token: fixed(deviceToken)})
	require.NoError(t, err)
	transport := client.HTTPClient().Transport.(*http.Transport)
	require.NotNil(t, transport.Proxy, "the environment's")
	transport.Proxy = func(*http.Request) (address *url.URL, err error) {
		return url.Parse("http://jo:geheim@" + strings.TrimPrefix(proxy.URL, "http://"))
	}
	_, err = client.Summary(t.Context())
	require.ErrorContains(t, err, "Proxy Authentication Required")
	require.NotContains(t, err.Error(), "geheim")
	require.NotContains(t, err.Error(), deviceToken)
	require.Equal(t, "CONNECT fleet.invalid:443", <-heard)
}
