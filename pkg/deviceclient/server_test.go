package deviceclient_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/testdata/mockserver"
)

const (
	adminToken   = "admin-token-of-the-tests"
	enrollSecret = "enroll-secret-of-the-tests"
	deviceToken  = "8b1f9e5c-0000-4000-8000-00000000cafe"
	hardwareUUID = "5BEE866A-0000-0000-0000-000000000001"

	summaryRoute  = "GET /api/latest/fleet/device/{token}/desktop"
	policiesRoute = "GET /api/latest/fleet/device/{token}/policies"
	migrateRoute  = "POST /api/latest/fleet/device/{token}/migrate_mdm"
)

// rig is the mock server behind a real socket, with one enrolled Mac in an old MDM.
type rig struct {
	*httptest.Server
	t       *testing.T
	orbit   *deviceclient.Orbit
	nodeKey string
	hook    chan string // bodies of the webhook

	mu    sync.Mutex
	calls []string
}

func newRig(t *testing.T, change ...func(*mockserver.Config)) *rig {
	t.Helper()
	cfg := mockserver.Config{AdminToken: adminToken, EnrollSecret: enrollSecret, Control: true}
	for _, c := range change {
		c(&cfg)
	}
	handler, err := mockserver.New(cfg)
	require.NoError(t, err)
	r := &rig{t: t, hook: make(chan string, 10)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.calls = append(r.calls, req.Method+" "+req.URL.Path)
		r.mu.Unlock()
		handler.ServeHTTP(w, req)
	}))
	t.Cleanup(r.Close)
	r.orbit, err = deviceclient.NewOrbit(deviceclient.Config{ServerURL: r.URL})
	require.NoError(t, err)
	r.enroll()
	return r
}

// enroll makes the host: both agents, a token, and the old MDM in its vitals.
func (r *rig) enroll() {
	r.t.Helper()
	ctx := r.t.Context()
	var err error
	r.nodeKey, err = r.orbit.Enroll(ctx, deviceclient.EnrollRequest{EnrollSecret: enrollSecret, HardwareUUID: hardwareUUID,
		HardwareSerial: "SERIAL1", Hostname: "jos-mac", Platform: "darwin"})
	require.NoError(r.t, err)
	require.NoError(r.t, r.orbit.SetDeviceToken(ctx, r.nodeKey, deviceToken))
	osquery, err := r.orbit.OsqueryEnroll(ctx, deviceclient.OsqueryEnrollRequest{EnrollSecret: enrollSecret, HostIdentifier: hardwareUUID})
	require.NoError(r.t, err)
	require.NoError(r.t, r.orbit.DistributedWrite(ctx, osquery, deviceclient.DistributedResults{Queries: map[string][]map[string]string{
		"fleet_detail_query_os_version": {{"name": "macOS", "version": "15.1", "platform": "darwin"}},
		"fleet_detail_query_mdm":        {{"enrolled": "true", "installed_from_dep": "false", "server_url": "https://old-mdm.example.com/mdm", "payload_identifier": ""}},
	}, Statuses: map[string]int{"fleet_detail_query_os_version": 0, "fleet_detail_query_mdm": 0}}))
}

// enable turns the workflow on, with a webhook of the rig's own.
func (r *rig) enable(mode string) {
	r.t.Helper()
	old := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.hook <- string(body)
	}))
	r.t.Cleanup(old.Close)
	r.admin(http.MethodPatch, "/api/latest/fleet/config", map[string]any{
		"org_info": map[string]any{"org_name": "Example", "contact_url": "https://help.example.com"},
		"mdm":      map[string]any{"macos_migration": map[string]any{"enable": true, "mode": mode, "webhook_url": old.URL + "/hook"}},
	})
}

// fault makes every answer of a route go wrong.
func (r *rig) fault(fault map[string]any) {
	r.t.Helper()
	r.admin(http.MethodPut, "/control/faults", map[string]any{"faults": []any{fault}})
}

func (r *rig) admin(method, path string, body any) {
	r.t.Helper()
	data, err := json.Marshal(body)
	require.NoError(r.t, err)
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.URL+path, bytes.NewReader(data))
	require.NoError(r.t, err)
	req.Header.Set("Authorization", "Bearer "+adminToken)
	reply, err := http.DefaultClient.Do(req)
	require.NoError(r.t, err)
	defer reply.Body.Close()
	answer, err := io.ReadAll(reply.Body)
	require.NoError(r.t, err)
	require.Less(r.t, reply.StatusCode, 300, string(answer))
}

// device is a client for the rig's Mac.
func (r *rig) device(change ...func(*deviceclient.Config)) *deviceclient.Client {
	r.t.Helper()
	cfg := deviceclient.Config{ServerURL: r.URL, Token: fixed(deviceToken), UserAgent: "test/1"}
	for _, c := range change {
		c(&cfg)
	}
	client, err := deviceclient.New(cfg)
	require.NoError(r.t, err)
	return client
}

// since gives the calls made from now on.
func (r *rig) since() func() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := len(r.calls)
	return func() []string {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.calls[from:len(r.calls):len(r.calls)]
	}
}

func fixed(token string) func() (string, error) {
	return func() (string, error) { return token, nil }
}
