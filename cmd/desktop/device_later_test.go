package main

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
)

// A root CA file that is not there yet, or broken for a moment, must not cut
// this Mac off until the policy happens to change.
func TestRootCAMayComeLater(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	d := newDevice(config{TokenFile: "/nowhere"}, "1.0.0")
	d.configure(policy.Policy{FleetURL: server.URL, RootCA: ca})
	_, err := d.Summary(t.Context())
	require.ErrorContains(t, err, "reading root CA file")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	_, err = d.Summary(t.Context())
	require.ErrorIs(t, err, deviceclient.ErrNoToken, "the client is there; all it lacks is a token")
}
