package mockserver_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
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

func TestStoryOfOneMac(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	require.Empty(t, m.flags(), "the workflow is off")

	hook := newReceiver(t, http.StatusAccepted)
	r.enable("forced", hook.URL+"/hook")
	sum := m.summary()
	require.Equal(t, map[string]any{"needs_mdm_migration": true}, sum["notifications"])
	require.Equal(t, "forced", sum["config"].(map[string]any)["mdm"].(map[string]any)["macos_migration"].(map[string]any)["mode"])

	m.settle()
	require.Empty(t, m.queries())
	rec := m.migrate()
	require.Equal(t, http.StatusNoContent, rec.Code)
	require.Empty(t, rec.Body.String())
	require.Empty(t, rec.Header().Get("Content-Type"))
	var payload struct {
		Timestamp time.Time
		Host      struct {
			ID                   uint
			UUID, HardwareSerial string
		}
	}
	body := <-hook.bodies
	require.NoError(t, json.Unmarshal([]byte(strings.ReplaceAll(body, "hardware_serial", "hardwareSerial")), &payload))
	require.Equal(t, uint(1), payload.Host.ID)
	require.Equal(t, m.uuid, payload.Host.UUID)
	require.Equal(t, m.serial, payload.Host.HardwareSerial)
	require.WithinDuration(t, time.Now(), payload.Timestamp, time.Minute)
	require.NotContains(t, body, "\n")

	require.Equal(t, []string{"fleet_detail_query_mdm"}, m.queries(), "the window is open")
	require.Equal(t, http.StatusNoContent, m.migrate().Code)
	require.Empty(t, hook.bodies, "a second trigger inside the window sends nothing")

	m.report("false", "false", "", "")
	require.Empty(t, m.flags(), "out of the old MDM, and not assigned in ABM")
	m.do("assign")
	require.Equal(t, map[string]any{"renew_enrollment_profile": true}, m.flags())
	m.do("enroll")
	require.Empty(t, m.flags())
}
