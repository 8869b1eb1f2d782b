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

// IT puts new authorities in the old one's place: they count from the next call
// on, and a file that is no good changes nothing.
func TestRootCAMayBeReplaced(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	good := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, good, 0o600))
	d := newDevice(config{TokenFile: "/nowhere"}, "1.0.0")
	d.configure(policy.Policy{FleetURL: server.URL, RootCA: ca})
	first, err := d.get()
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(ca, []byte("half a cert"), 0o600))
	same, err := d.get()
	require.NoError(t, err)
	require.Same(t, first, same)

	require.NoError(t, os.WriteFile(ca, append(good, good...), 0o600))
	second, err := d.get()
	require.NoError(t, err)
	require.NotSame(t, first, second)
	same, err = d.get()
	require.NoError(t, err)
	require.Same(t, second, same)
}
