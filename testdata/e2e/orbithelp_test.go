//go:build linux

package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"fleetmigrate/testdata/mockserver"
)

const companionToken = "7b7b7b7b-1c1c-4d4d-9e9e-3f3f3f3f3f3f"

// mockHost is the Mac as Fleet's own agent enrolled it.
func mockHost() mockserver.NewHost {
	return mockserver.NewHost{UUID: "4C4C-ORBIT", Serial: orbitSerial, ComputerName: "Jo's Mac", DeviceToken: companionToken, Enrolled: true, ServerURL: oldServer, FromDEP: true, Assigned: true}
}

// httptestTLS is a server whose certificate nobody knows.
func httptestTLS(t *testing.T, h http.Handler) string {
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	return s.URL
}
