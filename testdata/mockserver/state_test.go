package mockserver_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

func TestStateOutlivesARestart(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	keep := func(cfg *mockserver.Config) { cfg.StateFile = filepath.Join(dir, "state.json"); cfg.Now = c.now }
	hook := newReceiver(t, 200)
	r := newRig(t, keep)
	m := r.newMac("000000000001")
	r.enable("forced", hook.URL)
	m.do("assign")
	require.Equal(t, 204, m.migrate().Code)
	config, activities, host := r.config(), r.activities(""), r.ok(r.admin("GET", "/api/latest/fleet/hosts/1", nil), 200)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "state.json.tmp"), []byte("half of it, from a crash"), 0o600))
	again := newRig(t, keep)
	require.Equal(t, config, again.config())
	require.Equal(t, activities, again.activities(""))
	after := again.ok(again.admin("GET", "/api/latest/fleet/hosts/1", nil), 200)
	for _, seen := range []map[string]any{host, after} { // when it was last seen is not kept
		delete(seen["host"].(map[string]any), "seen_time")
		delete(seen["host"].(map[string]any), "status")
	}
	require.Equal(t, host, after)
	m.rig = again
	require.Contains(t, m.queries(), mdmQuery, "node keys and the window are still good")
	require.Equal(t, 204, m.migrate().Code)
	require.Len(t, hook.bodies, 1)
	m.summary()
	c.pass(time.Hour)
	require.Equal(t, 401, again.call("GET", devicePath+m.token, nil).Code, "the token's age was kept")

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "the whole and its log; no temporary file is left")
}

// Every answer is a promise: what was answered is there after a crash at that moment.
func TestStateIsWholeAtAnyMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	r := newRig(t, func(cfg *mockserver.Config) { cfg.StateFile = path })
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 10 {
				key, err := r.srv.AddHost(mockserver.NewHost{UUID: fmt.Sprintf("U-%d-%d", w, i), Serial: fmt.Sprintf("S-%d-%d", w, i), DeviceToken: fmt.Sprintf("t-%d-%d", w, i)})
				if err != nil {
					t.Error(err)
					return
				}
				log, err := os.ReadFile(path + ".log")
				if err != nil || !bytes.Contains(log, []byte(key.NodeKey)) {
					t.Errorf("the log does not hold host %d, whose key was given out: %v", key.ID, err)
				}
			}
		})
	}
	all.Wait()
	again := newRig(t, func(cfg *mockserver.Config) { cfg.StateFile = path })
	require.Equal(t, 40.0, again.ok(again.admin("GET", "/api/latest/fleet/hosts", nil), 200)["count"])
}

func TestStateThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	require.NoError(t, os.Mkdir(dir, 0o700))
	r := newRig(t, func(cfg *mockserver.Config) { cfg.StateFile = filepath.Join(dir, "state.json") })
	m := r.newMac("000000000001")
	require.NoError(t, os.RemoveAll(dir))
	require.Equal(t, http.StatusInternalServerError, r.patch(map[string]any{"org_info": map[string]any{"org_name": "Acme"}}).Code)
	rec := m.setToken("new-token")
	body := r.ok(rec, 500)
	require.Contains(t, body["error"], "internal error: failed to set or update device auth token: ", "in osquery's form, as on Fleet")
	require.NotEmpty(t, body["uuid"])
	require.NotContains(t, body["error"], "new-token")
}

// The state nests deeper than the settings in it.
func TestStateHoldsWhateverWasTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	keep := func(cfg *mockserver.Config) { cfg.StateFile = path }
	r := newRig(t, keep)
	for _, depth := range []int{1, 500, 999, 1000, 9_999} {
		r.patch(`{"agent_options":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}")
	}
	require.Equal(t, r.config(), newRig(t, keep).config())
}

func TestTwoWritersLoseNothing(t *testing.T) {
	r := newRig(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			r.patch(map[string]any{"features": map[string]any{"detail_query_overrides": map[string]any{fmt.Sprint("q", i): "select 1"}}})
		})
	}
	all.Wait()
	require.Len(t, at(r.config(), "features.detail_query_overrides"), 20)
}
