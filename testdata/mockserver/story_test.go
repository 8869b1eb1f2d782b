package mockserver_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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
