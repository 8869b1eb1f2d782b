package desktop_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

const (
	admin  = "admin-token-of-the-benchmark"
	secret = "enroll-secret-of-the-benchmark"
	token  = "device-token-of-the-benchmark"
	uuid   = "5BEE866A-0000-0000-0000-BE9C40000001"
)

// server is the mock server with one Mac, whose migration it wants.
type server struct {
	tb testing.TB
	*httptest.Server
}

func newServer(tb testing.TB) server {
	tb.Helper()
	mock, err := mockserver.New(mockserver.Config{AdminToken: admin, EnrollSecret: secret, ServerURL: "https://fleet.example.com"})
	require.NoError(tb, err)
	s := server{tb, httptest.NewTLSServer(mock)}
	tb.Cleanup(s.Close)
	s.call(http.MethodPatch, "/api/latest/fleet/config", object{"mdm": object{"macos_migration": object{"enable": true, "mode": "voluntary", "webhook_url": "https://old-mdm.example.com/unenroll"}}})
	key := s.call(http.MethodPost, "/api/fleet/orbit/enroll", object{"enroll_secret": secret, "hardware_uuid": uuid, "hardware_serial": "BENCH1", "platform": "darwin"})["orbit_node_key"]
	node := s.call(http.MethodPost, "/api/osquery/enroll", object{"enroll_secret": secret, "host_identifier": uuid})["node_key"]
	s.call(http.MethodPost, "/api/fleet/orbit/device_token", object{"orbit_node_key": key, "device_auth_token": token})
	s.call(http.MethodPost, "/api/osquery/distributed/write", object{"node_key": node, "queries": object{
		"fleet_detail_query_os_version": []object{{"name": "macOS", "version": "15.1", "platform": "darwin"}},
		"fleet_detail_query_mdm":        []object{{"enrolled": "true", "installed_from_dep": "false", "server_url": "https://old-mdm.example.com/mdm"}},
	}})
	return s
}

type object = map[string]any

func (s server) call(method, path string, body object) (answer object) {
	s.tb.Helper()
	raw, err := json.Marshal(body)
	require.NoError(s.tb, err)
	request, err := http.NewRequestWithContext(s.tb.Context(), method, s.URL+path, bytes.NewReader(raw))
	require.NoError(s.tb, err)
	request.Header.Set("Authorization", "Bearer "+admin)
	reply, err := s.Client().Do(request)
	require.NoError(s.tb, err)
	defer reply.Body.Close()
	raw, err = io.ReadAll(reply.Body)
	require.NoError(s.tb, err)
	require.Less(s.tb, reply.StatusCode, 300, "%s %s: %s", method, path, raw)
	if len(raw) > 0 {
		require.NoError(s.tb, json.Unmarshal(raw, &answer), path)
	}
	return answer
}

// authority writes the server's certificate for the desktop to trust.
func (s server) authority(dir string) string {
	s.tb.Helper()
	path := filepath.Join(dir, "ca.pem")
	require.NoError(s.tb, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600))
	return path
}
