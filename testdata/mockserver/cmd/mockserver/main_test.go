package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mockserver": main})
}

// The stories run the real program against a server that the script starts with `server`.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		// A race-checked program waits a second at its end, for each of many commands.
		Setup: func(e *testscript.Env) error { e.Setenv("GORACE", "atexit_sleep_ms=10"); return nil },
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"server": startServer},
	})
}

// startServer is `server [premium|free]`: it puts the address and the admin's token where the program looks for them.
func startServer(ts *testscript.TestScript, _ bool, args []string) {
	cfg := mockserver.Config{AdminToken: "admin-1", EnrollSecret: "secret-1", ObserverToken: "observer-1"}
	if len(args) > 0 {
		cfg.License = mockserver.License(args[0])
	}
	srv, err := mockserver.New(cfg)
	ts.Check(err)
	_, err = srv.AddHost(mockserver.NewHost{UUID: "UUID-1", Serial: "C02ABC", ComputerName: "Jo's Mac", DeviceToken: "device-token-1",
		Enrolled: true, ServerURL: "https://acme.jamfcloud.com/mdm"})
	ts.Check(err)
	listener := httptest.NewServer(srv)
	ts.Defer(listener.Close)
	ts.Setenv("MOCKSERVER_URL", listener.URL)
	ts.Setenv("MOCKSERVER_TOKEN", "admin-1")
}

// served runs `mockserver serve` in this process until the test ends, and returns its first lines.
func served(t *testing.T, args ...string) (lines *bufio.Reader, end func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		c := run(ctx, append([]string{"mockserver", "serve", "--listen", "127.0.0.1:0"}, args...), in, io.Discard)
		in.Close()
		code <- c
	}()
	end = func() int { cancel(); return <-code }
	t.Cleanup(cancel)
	return bufio.NewReader(out), end
}

func firstURL(t *testing.T, lines *bufio.Reader) string {
	t.Helper()
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	url, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "listening on ")
	require.True(t, ok, line)
	return url
}

func get(t *testing.T, client *http.Client, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer T")
	resp, err := client.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func TestServeSaysWhereItListensAndKeepsItsState(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	lines, end := served(t, "--admin-token", "T", "--enroll-secret", "S", "--state", state)
	url := firstURL(t, lines)
	status, body := get(t, http.DefaultClient, url+"/api/latest/fleet/config")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `"server_url": "`+url+`"`)
	status, body = get(t, http.DefaultClient, url+"/")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "API token", "the pages are there and ask to log in")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, url+"/api/latest/fleet/config", strings.NewReader(`{"org_info":{"org_name":"Kept"}}`))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer T")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Zero(t, end())

	info, err := os.Stat(state)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "node keys are in it")
	lines, end = served(t, "--admin-token", "T", "--state", state)
	again := firstURL(t, lines)
	_, body = get(t, http.DefaultClient, again+"/api/latest/fleet/config")
	require.Contains(t, body, `"org_name": "Kept"`)
	require.Contains(t, body, `"server_url": "`+again+`"`, "an address that nobody chose follows the listener")
	require.Zero(t, end())
}

// Every line on standard error is one of the log, also what net/http says itself.
func TestConnectionErrorsAreLinesOfTheLog(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, in := io.Pipe()
	said, saying := io.Pipe()
	t.Cleanup(func() { _ = said.Close() }) // what comes later may be lost
	go run(ctx, []string{"mockserver", "serve", "--listen", "127.0.0.1:0", "--tls", "--log", "--admin-token", "T", "--enroll-secret", "S"}, in, saying)
	url := firstURL(t, bufio.NewReader(out))
	go func() { _, _ = io.Copy(io.Discard, out) }() // the line of the CA
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "https://"))
	require.NoError(t, err)
	_, err = io.WriteString(conn, "this is no TLS\r\n\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(said).ReadBytes('\n')
	require.NoError(t, err)
	var event struct {
		Event   string
		Details struct{ Error string }
	}
	require.NoError(t, json.Unmarshal(line, &event), string(line))
	require.Equal(t, "connection", event.Event)
	require.Contains(t, event.Details.Error, "TLS handshake error")
	require.NoError(t, conn.Close())
}

func TestServeTellsWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		args []string
		sees []string
	}{
		{[]string{"--admin-token", "T", "--enroll-secret", "S"}, nil},
		{[]string{"--admin-token", "T"}, []string{"there is no --enroll-secret: no agent can enroll"}},
		{nil, []string{"there is no --enroll-secret: no agent can enroll", "there is no --admin-token: nobody can log in to change anything"}},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // it has said everything before it looks
		var out, errs strings.Builder
		require.Zero(t, run(ctx, append([]string{"mockserver", "serve", "--listen", "127.0.0.1:0"}, c.args...), &out, &errs))
		require.Contains(t, out.String(), "listening on http://127.0.0.1:")
		for _, line := range c.sees {
			require.Contains(t, errs.String(), line)
		}
		require.Equal(t, len(c.sees), strings.Count(errs.String(), "\n"))
	}
}

func TestEverywhereIsNoAddress(t *testing.T) {
	for host, want := range map[string]bool{"": true, "0.0.0.0": true, "::": true, "127.0.0.1": false, "::1": false, "localhost": false, "192.0.2.1": false} {
		require.Equal(t, want, everywhere(host), host)
	}
}

func TestOneServerPerStateFile(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	lines, end := served(t, "--state", state)
	firstURL(t, lines)
	var out strings.Builder
	require.Equal(t, 1, run(t.Context(), []string{"mockserver", "serve", "--listen", "127.0.0.1:0", "--state", state}, &out, &out))
	require.Equal(t, "mockserver: "+state+" is in use by another mockserver: stop that one, or give this one a --state of its own\n", out.String())
	require.Zero(t, end())
	lines, end = served(t, "--state", state)
	firstURL(t, lines)
	require.Zero(t, end())
}

func TestServeWithTLSKeepsItsAuthority(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	lines, end := served(t, "--admin-token", "T", "--tls", "--tls-dir", dir, "--server-url", "https://fleet.example.com:8443")
	url := firstURL(t, lines)
	require.True(t, strings.HasPrefix(url, "https://"), url)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "CA certificate: "+filepath.Join(dir, "ca.pem")+"\n", line)
	first, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(first))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	for _, name := range []string{"", "localhost", "fleet.example.com"} { // "" is the address itself
		transport.TLSClientConfig.ServerName = name
		status, body := get(t, &http.Client{Transport: transport, Timeout: 10 * time.Second}, url+"/api/latest/fleet/config")
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, `"server_url": "https://fleet.example.com:8443"`)
		transport.CloseIdleConnections()
	}
	transport.CloseIdleConnections()
	require.Zero(t, end())

	lines, end = served(t, "--tls", "--tls-dir", dir)
	firstURL(t, lines)
	second, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	require.NoError(t, err)
	require.Equal(t, first, second, "agents were given this one")
	_, err = lines.ReadString('\n')
	require.NoError(t, err)
	require.Zero(t, end())
}
