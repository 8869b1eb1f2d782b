package mockserver_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

const (
	adminToken   = "admin-token-1"
	gitopsToken  = "gitops-token-1"
	observeToken = "observer-token-1"
	secret       = "enroll-secret-1"
)

// clock is the server's time, as a test sets it.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// newClock starts in the middle of a second, so that rounding shows.
func newClock() *clock { return &clock{t: time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.UTC)} }

// with makes the server use it.
func (c *clock) with(cfg *mockserver.Config) { cfg.Now = c.now }

func free(cfg *mockserver.Config)    { cfg.License = mockserver.Free }
func mdmOff(cfg *mockserver.Config)  { cfg.MDMOff = true }
func control(cfg *mockserver.Config) { cfg.Control = true }

// rig is a server with what tests need around it. It routes requests straight into the handler.
type rig struct {
	t   *testing.T
	srv *mockserver.Server
}

func newRig(t *testing.T, change ...func(*mockserver.Config)) *rig {
	t.Helper()
	cfg := mockserver.Config{AdminToken: adminToken, GitOpsToken: gitopsToken, ObserverToken: observeToken,
		EnrollSecret: secret, ServerURL: "https://fleet.example.com"}
	for _, c := range change {
		c(&cfg)
	}
	srv, err := mockserver.New(cfg)
	require.NoError(t, err)
	return &rig{t, srv}
}

// call makes a request as nobody in particular; body may be a string or any value for JSON.
func (r *rig) call(method, path string, body any, headers ...string) *httptest.ResponseRecorder {
	r.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		require.NoError(r.t, err)
		reader = bytes.NewReader(encoded)
	}
	req := httptest.NewRequestWithContext(r.t.Context(), method, path, reader)
	req.RemoteAddr = "127.0.0.1:50000"
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	r.srv.ServeHTTP(rec, req)
	return rec
}

// admin makes a request with the admin's token.
func (r *rig) admin(method, path string, body any) *httptest.ResponseRecorder {
	r.t.Helper()
	return r.call(method, path, body, "Authorization", "Bearer "+adminToken)
}

// ok makes sure that the answer has the status and decodes its JSON.
func (r *rig) ok(rec *httptest.ResponseRecorder, status int) map[string]any {
	r.t.Helper()
	require.Equal(r.t, status, rec.Code, rec.Body.String())
	if rec.Body.Len() == 0 {
		return nil
	}
	var v map[string]any
	require.NoError(r.t, json.Unmarshal(rec.Body.Bytes(), &v), rec.Body.String())
	return v
}

// refused makes sure that the answer is an error in Fleet's shape with these
// fields, each "name: reason", and nothing else.
func (r *rig) refused(rec *httptest.ResponseRecorder, status int, message string, fields ...string) {
	r.t.Helper()
	var body struct {
		Message string
		Errors  []struct{ Name, Reason string }
	}
	require.Equal(r.t, status, rec.Code, rec.Body.String())
	require.NoError(r.t, json.Unmarshal(rec.Body.Bytes(), &body), rec.Body.String())
	require.Equal(r.t, message, body.Message)
	got := []string{}
	for _, f := range body.Errors {
		got = append(got, f.Name+": "+f.Reason)
	}
	require.Equal(r.t, fields, got)
}

// config is what an admin reads.
func (r *rig) config() map[string]any {
	r.t.Helper()
	return r.ok(r.admin("GET", "/api/latest/fleet/config", nil), 200)
}

func (r *rig) patch(body any) *httptest.ResponseRecorder {
	r.t.Helper()
	return r.admin("PATCH", "/api/latest/fleet/config", body)
}

// migration is the body of a PATCH of the workflow.
func migration(enable bool, mode, webhookURL string) map[string]any {
	return map[string]any{"mdm": map[string]any{"macos_migration": map[string]any{"enable": enable, "mode": mode, "webhook_url": webhookURL}}}
}

// at reads a member of decoded JSON by its path, with dots.
func at(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// enable turns the workflow on.
func (r *rig) enable(mode, webhookURL string) {
	r.t.Helper()
	r.ok(r.admin("PATCH", "/api/latest/fleet/config", map[string]any{"mdm": map[string]any{
		"macos_migration": map[string]any{"enable": true, "mode": mode, "webhook_url": webhookURL}}}), 200)
}

// mac is one enrolled Mac: both agents, a device token, vitals.
type mac struct {
	*rig
	serial, uuid, orbitKey, nodeKey, token string
}

const thirdParty = "https://acme.jamfcloud.com/mdm?x=1"

// newMac enrolls a Mac that is enrolled by hand in a third party's MDM on macOS 15.1.
func (r *rig) newMac(name string) *mac {
	r.t.Helper()
	m := &mac{rig: r, serial: "SERIAL" + name, uuid: "5BEE866A-0000-0000-0000-" + name, token: "token-" + name}
	answer := r.ok(r.call("POST", "/api/fleet/orbit/enroll", map[string]any{"enroll_secret": secret, "hardware_uuid": m.uuid,
		"hardware_serial": m.serial, "hostname": name + ".local", "platform": "darwin", "computer_name": name}), 200)
	m.orbitKey = answer["orbit_node_key"].(string)
	answer = r.ok(r.call("POST", "/api/osquery/enroll", map[string]any{"enroll_secret": secret, "host_identifier": m.uuid}), 200)
	m.nodeKey = answer["node_key"].(string)
	r.ok(m.setToken(m.token), 200)
	m.vitals("15.1")
	m.report("true", "false", thirdParty, "")
	return m
}

func (m *mac) setToken(token string) *httptest.ResponseRecorder {
	return m.call("POST", "/api/fleet/orbit/device_token", map[string]any{"orbit_node_key": m.orbitKey, "device_auth_token": token})
}

func (m *mac) write(queries map[string]any) *httptest.ResponseRecorder {
	return m.call("POST", "/api/osquery/distributed/write", map[string]any{"node_key": m.nodeKey, "queries": queries})
}

func (m *mac) vitals(version string) {
	m.t.Helper()
	m.ok(m.write(map[string]any{"fleet_detail_query_os_version": []any{map[string]string{"name": "macOS", "version": version, "platform": "darwin"}}}), 200)
}

func (m *mac) report(enrolled, fromDEP, serverURL, payload string) {
	m.t.Helper()
	m.ok(m.write(map[string]any{"fleet_detail_query_mdm": []any{map[string]string{"enrolled": enrolled,
		"installed_from_dep": fromDEP, "server_url": serverURL, "payload_identifier": payload}}}), 200)
}

func (m *mac) queries() []string {
	m.t.Helper()
	work := m.ok(m.call("POST", "/api/osquery/distributed/read", map[string]any{"node_key": m.nodeKey}), 200)
	var names []string
	for name := range work["queries"].(map[string]any) {
		names = append(names, name)
	}
	return names
}

func (m *mac) summary() map[string]any {
	m.t.Helper()
	return m.ok(m.call("GET", "/api/latest/fleet/device/"+m.token+"/desktop", nil), 200)
}

func (m *mac) flags() map[string]any {
	m.t.Helper()
	return m.summary()["notifications"].(map[string]any)
}

func (m *mac) migrate() *httptest.ResponseRecorder {
	return m.call("POST", "/api/latest/fleet/device/"+m.token+"/migrate_mdm", nil)
}

func (m *mac) do(action string) {
	m.t.Helper()
	m.ok(m.admin("POST", "/api/latest/fleet/hosts/"+m.serial+"/"+action, nil), 200)
}

// settle answers everything that is due, so that only what a test causes is due afterwards.
func (m *mac) settle() {
	m.t.Helper()
	answers := map[string]any{}
	for _, name := range m.queries() {
		answers[name] = ""
	}
	m.ok(m.write(answers), 200)
}

// receiver is the old MDM's end of the webhook.
type receiver struct {
	*httptest.Server
	bodies chan string
}

func newReceiver(t *testing.T, status int) *receiver {
	t.Helper()
	rcv := &receiver{bodies: make(chan string, 100)}
	rcv.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		rcv.bodies <- string(raw)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "receiver says hello")
	}))
	t.Cleanup(rcv.Close)
	return rcv
}
