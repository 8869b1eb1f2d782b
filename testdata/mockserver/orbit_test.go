package mockserver_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// Section 4 of the contract: orbit.

var orbitCapabilities = []string{"end_user_email", "escrow_buddy", "linux_disk_encryption_escrow", "luks_recovery_key_escrow",
	"macos_web_setup_experience", "orbit_endpoints", "setup_experience", "token_rotation", "web_setup_experience"}

func requireCapabilities(t *testing.T, rec *httptest.ResponseRecorder) {
	t.Helper()
	header := rec.Header().Get("X-Fleet-Capabilities")
	require.NotContains(t, header, " ")
	require.Equal(t, orbitCapabilities, slices.Sorted(slices.Values(strings.Split(header, ","))))
}

func TestOrbitPing(t *testing.T) {
	r := newRig(t)
	rec := r.call("HEAD", "/api/fleet/orbit/ping", nil)
	require.Equal(t, 200, rec.Code)
	require.Empty(t, rec.Body.String())
	requireCapabilities(t, rec)
	require.Equal(t, 404, r.call("HEAD", "/api/latest/fleet/orbit/ping", nil).Code, "no version slot")
	require.Equal(t, 405, r.call("GET", "/api/fleet/orbit/ping", nil).Code)
}

func TestOrbitEnroll(t *testing.T) {
	r := newRig(t)
	enroll := func(body any) *httptest.ResponseRecorder { return r.call("POST", "/api/fleet/orbit/enroll", body) }
	identity := map[string]any{"enroll_secret": secret, "hardware_uuid": "5bee866a-0000-0000-0000-000000000001", "hardware_serial": "SERIAL1",
		"hostname": "jo.local", "platform": "darwin", "osquery_identifier": "x", "computer_name": "Jo's Mac", "hardware_model": "Mac15,3"}
	rec := enroll(identity)
	first := r.ok(rec, 200)["orbit_node_key"].(string)
	require.NotEmpty(t, first)
	requireCapabilities(t, rec)
	h, err := r.srv.Host("SERIAL1")
	require.NoError(t, err)
	require.Equal(t, []string{"Jo's Mac", "jo.local", "Mac15,3", "darwin"}, []string{h.ComputerName, h.Hostname, h.HardwareModel, h.Platform})
	require.Empty(t, h.OsqueryHostID, "only osquery's own enrollment makes it enrolled there")
	activity := r.ok(r.admin("GET", "/api/latest/fleet/activities", nil), 200)["activities"].([]any)[0]
	require.Equal(t, "fleet_enrolled", at(activity, "type"))

	t.Run("again: the same host, a new key, the old one ends", func(t *testing.T) {
		identity["hardware_uuid"] = "5BEE866A-0000-0000-0000-000000000001"
		second := r.ok(enroll(identity), 200)["orbit_node_key"].(string)
		require.NotEqual(t, first, second)
		config := func(key string) int {
			return r.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": key}).Code
		}
		require.Equal(t, 401, config(first))
		require.Equal(t, 200, config(second))
		h, err := r.srv.Host("5BEE866A-0000-0000-0000-000000000001")
		require.NoError(t, err)
		require.Equal(t, uint(1), h.ID)
	})
	t.Run("a serial that came from ABM is that host", func(t *testing.T) {
		r.ok(r.admin("POST", "/api/latest/fleet/hosts/PENDING1/assign", nil), 200)
		r.ok(enroll(map[string]any{"enroll_secret": secret, "hardware_uuid": "UUID-9", "hardware_serial": "PENDING1", "platform": "darwin"}), 200)
		h, err := r.srv.Host("UUID-9")
		require.NoError(t, err)
		require.True(t, h.DEPAssigned())
	})
	t.Run("refused", func(t *testing.T) {
		for _, c := range []struct {
			body    any
			status  int
			message string
		}{
			{map[string]any{"enroll_secret": "wrong", "hardware_uuid": "U"}, 401, "Authentication failed"},
			{map[string]any{"hardware_uuid": "U"}, 401, "Authentication failed"},
			{map[string]any{"enroll_secret": secret}, 500, "failed to enroll: hardware_uuid is empty"},
			{"", 400, "Bad request"}, {"{", 400, "Bad request"}, {`{"enroll_secret":5}`, 400, "Bad request"},
			{"[]", 400, "Bad request"}, {"\ufeff{}", 400, "Bad request"}, {`{"enroll_secret":"` + strings.Repeat("x", 8<<20) + `"}`, 400, "Bad request"},
			{"null", 401, "Authentication failed"}, {"{}x", 401, "Authentication failed"}, {`{"enroll_secret":null}`, 401, "Authentication failed"},
		} {
			rec := enroll(c.body)
			require.Equal(t, c.status, rec.Code)
			require.Contains(t, rec.Body.String(), `"message": "`+c.message+`"`)
			require.Empty(t, rec.Header().Get("X-Fleet-Capabilities"))
		}
		require.Equal(t, 401, newRig(t, func(c *mockserver.Config) { c.EnrollSecret = "" }).call("POST", "/api/fleet/orbit/enroll",
			map[string]any{"enroll_secret": "", "hardware_uuid": "U"}).Code, "a server without a secret takes none")
		_, err := r.srv.Host("U")
		require.Error(t, err)
		rec := r.call("POST", "/api/fleet/orbit/enroll", identity, "Content-Type", "application/x-www-form-urlencoded")
		r.refused(rec, 400, "Bad request", "base: Expected JSON Body")
	})
}

func TestOrbitConfig(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	config := func() map[string]any {
		rec := m.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": m.orbitKey})
		requireCapabilities(t, rec)
		return r.ok(rec, 200)
	}
	flags := func() any { return config()["notifications"] }
	require.Equal(t, map[string]any{}, flags(), "always there, also when empty")
	r.enable("voluntary", "https://x.example.com")
	require.Equal(t, map[string]any{"needs_mdm_migration": true}, flags())
	m.report("false", "false", "", "")
	m.do("assign")
	require.Equal(t, map[string]any{"renew_enrollment_profile": true}, flags())
	r.ok(r.patch(migration(false, "voluntary", "")), 200)
	require.Equal(t, map[string]any{"renew_enrollment_profile": true}, flags(), "renewing does not look at the switch")

	t.Run("an unreadable system fails the whole call, while the workflow is on", func(t *testing.T) {
		m.vitals("abc")
		require.Equal(t, map[string]any{"renew_enrollment_profile": true}, flags())
		r.enable("voluntary", "https://x.example.com")
		rec := m.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": m.orbitKey})
		require.Equal(t, 500, rec.Code)
		require.Contains(t, rec.Body.String(), "parsing macOS version")
		m.vitals("15.1")
		r.ok(r.patch(migration(false, "voluntary", "")), 200)
	})
	t.Run("only on a Mac", func(t *testing.T) {
		m.ok(m.write(map[string]any{"fleet_detail_query_os_version": []any{map[string]string{"name": "Ubuntu", "version": "24.04", "platform": "ubuntu"}}}), 200)
		require.Equal(t, map[string]any{}, flags())
	})
	t.Run("only when osquery is enrolled", func(t *testing.T) {
		key := r.ok(r.call("POST", "/api/fleet/orbit/enroll", map[string]any{"enroll_secret": secret, "hardware_uuid": "U2", "hardware_serial": "S2", "platform": "darwin"}), 200)["orbit_node_key"]
		r.ok(r.admin("POST", "/api/latest/fleet/hosts/S2/assign", nil), 200)
		r.ok(r.admin("POST", "/api/latest/fleet/hosts/S2/unenroll", nil), 200)
		require.Equal(t, map[string]any{}, r.ok(r.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": key}), 200)["notifications"])
	})
	t.Run("only with Apple MDM", func(t *testing.T) {
		off := newRig(t, mdmOff)
		m := off.newMac("000000000001")
		off.enable("forced", "https://x.example.com")
		require.Equal(t, map[string]any{}, off.ok(m.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": m.orbitKey}), 200)["notifications"])
	})
	t.Run("refused", func(t *testing.T) {
		for _, key := range []string{"", "wrong", m.nodeKey} {
			rec := r.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": key})
			r.refused(rec, 401, "Authentication required", "base: Authentication required")
			require.NotContains(t, rec.Body.String(), "node_invalid")
			require.Empty(t, rec.Header().Get("X-Fleet-Capabilities"))
		}
		r.refused(r.call("POST", "/api/fleet/orbit/config", ""), 400, "Bad request", "base: Expected JSON Body")
		r.refused(r.call("POST", "/api/fleet/orbit/config", "[]"), 400, "Bad request", "base: json decoder error")
	})
}

func TestOrbitDeviceToken(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	rec := m.setToken("another-token")
	require.Equal(t, "{}\n", rec.Body.String())
	m.token = "another-token"
	m.summary()
	other := r.newMac("000000000002")
	for _, c := range []struct {
		name, token, message, reason string
		status                       int
	}{
		{"empty", "", "Bad request", "device auth token cannot be empty", 400},
		{"a slash", "a/b", "Bad request", "device auth token contains invalid characters", 400},
		{"a space", "a b", "Bad request", "device auth token contains invalid characters", 400},
		{"an umlaut", "ä", "Bad request", "device auth token contains invalid characters", 400},
		{"of another host", other.token, "auth token conflicts with another host", "auth token conflicts with another host", 409},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := m.setToken(c.token)
			r.refused(rec, c.status, c.message, "base: "+c.reason)
			require.Equal(t, c.status != 409, strings.Contains(rec.Body.String(), `"uuid"`))
			m.summary() // the token before is still good
			other.summary()
		})
	}
	t.Run("of another host, by a host that has none: Fleet says 200 and changes nothing, we say 409", func(t *testing.T) {
		fresh := &mac{rig: r}
		fresh.orbitKey = r.ok(r.call("POST", "/api/fleet/orbit/enroll", map[string]any{"enroll_secret": secret, "hardware_uuid": "U3"}), 200)["orbit_node_key"].(string)
		require.Equal(t, 409, fresh.setToken(other.token).Code)
		other.summary()
	})
	m.orbitKey = "wrong"
	r.refused(m.setToken("x"), 401, "Authentication required", "base: Authentication required")
}
