package mockserver_test

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// Everybody does everything at once: no call fails for a reason of its own, and
// what is kept afterwards is what is shown. The race detector looks on.
func TestCrowd(t *testing.T) {
	hook := newReceiver(t, 200)
	hook.bodies = make(chan string, 10_000)
	path := filepath.Join(t.TempDir(), "state.json")
	keep := func(c *mockserver.Config) { c.StateFile, c.Control, c.FailureLimit = path, true, mockserver.LimitOff }
	r := newRig(t, keep)
	macs := make([]*mac, 6)
	for i := range macs {
		macs[i] = r.newMac(fmt.Sprintf("00000000000%d", i))
	}
	r.enable("forced", hook.URL)
	var all sync.WaitGroup
	for i, m := range macs {
		all.Go(func() {
			rng, calls := rand.New(rand.NewPCG(1, uint64(i))), crowdCalls(m, hook.URL)
			for range 60 {
				call := calls[rng.IntN(len(calls))]
				if code := serve(r, call[0], call[1], call[2]); code >= 500 {
					t.Errorf("%s %s: %d", call[0], call[1], code)
				}
			}
		})
	}
	all.Wait()
	again := newRig(t, keep)
	require.Equal(t, r.config(), again.config())
	require.Equal(t, r.activities("?per_page=500"), again.activities("?per_page=500"))
	for _, m := range macs {
		m.rig = again
		m.queries() // its node key is still good
	}
}

// crowdCalls are method, path and body of what comes in during a migration.
func crowdCalls(m *mac, webhook string) [][3]string {
	device, host := devicePath+m.token, "/api/latest/fleet/hosts/"+m.serial
	return [][3]string{
		{"GET", device + "/desktop", ""}, {"GET", device, ""}, {"POST", device + "/migrate_mdm", ""}, {"POST", device + "/refetch", ""},
		{"POST", "/api/fleet/orbit/config", `{"orbit_node_key":"` + m.orbitKey + `"}`},
		{"POST", "/api/fleet/orbit/device_token", `{"orbit_node_key":"` + m.orbitKey + `","device_auth_token":"` + m.token + `"}`},
		{"POST", "/api/osquery/distributed/read", `{"node_key":"` + m.nodeKey + `"}`},
		{"POST", "/api/osquery/distributed/write", `{"node_key":"` + m.nodeKey + `","queries":{"fleet_detail_query_mdm":[{"enrolled":"true","server_url":"https://x.example.com"}]}}`},
		{"POST", "/api/osquery/distributed/write", `{"node_key":"` + m.nodeKey + `","queries":{"fleet_detail_query_system_info":[{"uuid":"` + m.uuid + `","hardware_serial":"` + m.serial + `"}]}}`},
		{"PATCH", configPath, `{"mdm":{"macos_migration":{"enable":true,"mode":"voluntary","webhook_url":"` + webhook + `"}}}`},
		{"PATCH", configPath, `{"mdm":{"macos_migration":{"enable":true,"mode":"forced","webhook_url":"` + webhook + `"}}}`},
		{"GET", configPath, ""}, {"GET", "/api/latest/fleet/hosts", ""}, {"GET", host, ""}, {"GET", "/api/latest/fleet/activities", ""},
		{"POST", host + "/assign", ""}, {"POST", host + "/unassign", ""}, {"POST", host + "/unenroll", ""}, {"POST", host + "/enroll", ""},
		{"GET", "/control/requests", ""},
	}
}

// serve is a call that may come from any goroutine.
func serve(r *rig, method, path, body string) int {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.RemoteAddr = "127.0.0.1:50000"
	req.Header.Set("Authorization", "Bearer "+adminToken)
	rec := httptest.NewRecorder()
	r.srv.ServeHTTP(rec, req)
	return rec.Code
}
