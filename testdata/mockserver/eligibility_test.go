package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// Section 6 of the contract: who is prompted. Summary, orbit, trigger and the
// hosts API must agree about every state.

func TestEligibility(t *testing.T) {
	const fleetPayload = "com.fleetdm.fleet.mdm.apple"
	hook := newReceiver(t, 200)
	for _, c := range []struct {
		name    string
		arrange func(*mac)
		path    string // "ade", "manual" or "" for not prompted
		renew   bool
	}{
		{"ADE in a third party's, reassigned, profile pushed", func(m *mac) { m.report("true", "true", thirdParty, ""); m.do("assign") }, "ade", false},
		{"the same, profile pending", func(m *mac) { m.report("true", "true", thirdParty, ""); m.assign("") }, "", false},
		{"the same, profile failed", func(m *mac) { m.report("true", "true", thirdParty, ""); m.assign("FAILED") }, "", false},
		{"the same, throttled", func(m *mac) { m.report("true", "true", thirdParty, ""); m.assign("THROTTLED") }, "", false},
		{"the same, assignment deleted again", func(m *mac) { m.report("true", "true", thirdParty, ""); m.do("assign"); m.do("unassign") }, "", false},
		{"by hand in a third party's, not in ABM, macOS 15.1", func(*mac) {}, "manual", false},
		{"macOS 14.0.1", func(m *mac) { m.vitals("14.0.1") }, "manual", false},
		{"macOS 14.1", func(m *mac) { m.vitals("14.1") }, "manual", false},
		{"macOS 26", func(m *mac) { m.vitals("26.0") }, "manual", false},
		{"macOS 14.0 itself", func(m *mac) { m.vitals("14.0") }, "", false},
		{"macOS 14", func(m *mac) { m.vitals("14") }, "", false},
		{"macOS 13.6", func(m *mac) { m.vitals("13.6") }, "", false},
		{"ADE does not look at the system", func(m *mac) { m.vitals("12.7"); m.report("true", "true", thirdParty, ""); m.do("assign") }, "ade", false},
		{"by hand, but assigned in ABM", func(m *mac) { m.do("assign") }, "ade", false},
		{"by hand, assigned, profile not pushed", func(m *mac) { m.assign("FAILED") }, "", false},
		{"by hand, assigned once and deleted", func(m *mac) { m.do("assign"); m.do("unassign") }, "manual", false},
		{"ADE into the old MDM, not in ABM", func(m *mac) { m.report("true", "true", thirdParty, "") }, "", false},
		{"in no MDM", func(m *mac) { m.report("false", "false", "", "") }, "", false},
		{"in no MDM, assigned", func(m *mac) { m.report("false", "true", "", ""); m.do("assign") }, "", true},
		{"in no MDM, assigned, profile not pushed", func(m *mac) { m.report("false", "true", "", ""); m.assign("FAILED") }, "", true},
		{"in Fleet, connected", func(m *mac) { m.do("assign"); m.do("enroll") }, "", false},
		{"in Fleet by hand, connected", func(m *mac) { m.do("enroll") }, "", false},
		{"its MDM is Fleet's, but not this one", func(m *mac) { m.report("true", "false", "https://other.example.com", fleetPayload) }, "manual", false},
		{"the same by ADE", func(m *mac) { m.report("true", "true", "https://other.example.com", fleetPayload); m.do("assign") }, "ade", false},
		{"connected, but the MDM row names another", func(m *mac) { m.do("enroll"); m.report("true", "false", thirdParty, "") }, "manual", false},
		{"an unknown third party", func(m *mac) { m.report("true", "false", "https://mdm.example.com", "") }, "manual", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.enable("voluntary", hook.URL)
			m := r.newMac("000000000001")
			c.arrange(m)
			m.requireAgreement(c.path, c.renew)
		})
	}
	t.Run("no MDM row yet", func(t *testing.T) {
		r := newRig(t)
		r.enable("voluntary", hook.URL)
		m := r.enrolledOnly("000000000001")
		require.Empty(t, m.flags())
		m.do("assign")
		require.Empty(t, m.flags())
	})
	t.Run("osquery was never enrolled", func(t *testing.T) {
		r := newRig(t)
		r.enable("voluntary", hook.URL)
		m := &mac{rig: r, serial: "S2", token: "token-2"}
		m.orbitKey = r.ok(r.call("POST", "/api/fleet/orbit/enroll", map[string]any{"enroll_secret": secret, "hardware_uuid": "U2", "hardware_serial": "S2", "platform": "darwin"}), 200)["orbit_node_key"].(string)
		r.ok(m.setToken(m.token), 200)
		m.do("unenroll")
		m.do("assign")
		require.Equal(t, map[string]any{"renew_enrollment_profile": true}, m.flags(), "the tray's flag does not ask for osquery")
	})
	t.Run("the workflow is off", func(t *testing.T) {
		r := newRig(t)
		m := r.newMac("000000000001")
		require.Equal(t, "enabled", m.missing()["common"])
	})
	t.Run("the license is free", func(t *testing.T) {
		m := newRig(t, free).newMac("000000000001")
		require.Equal(t, "premium,enabled", m.missing()["common"])
	})
	t.Run("Apple MDM is off", func(t *testing.T) {
		r := newRig(t, func(c *mockserver.Config) { mdmOff(c) })
		m := r.newMac("000000000001")
		r.enable("voluntary", hook.URL)
		require.Equal(t, "mdm_on", m.missing()["common"])
	})
}

func (m *mac) assign(profileStatus string) {
	m.t.Helper()
	m.ok(m.admin("POST", "/api/latest/fleet/hosts/"+m.serial+"/assign", map[string]any{"profile_status": profileStatus}), 200)
}

// requireAgreement asks everybody who tells whether the Mac is prompted.
func (m *mac) requireAgreement(path string, renew bool) {
	m.t.Helper()
	want := map[string]any{}
	if path != "" {
		want["needs_mdm_migration"] = true
	}
	if renew {
		want["renew_enrollment_profile"] = true
	}
	require.Equal(m.t, want, m.flags(), "summary")
	require.Equal(m.t, want, m.ok(m.call("POST", "/api/fleet/orbit/config", map[string]any{"orbit_node_key": m.orbitKey}), 200)["notifications"], "orbit")
	host := m.ok(m.admin("GET", "/api/latest/fleet/hosts/"+m.serial, nil), 200)
	require.Equal(m.t, path != "", at(host, "host.migration.prompted"), "hosts API")
	require.Equal(m.t, path, at(host, "host.migration.path"))
	require.Equal(m.t, renew, at(host, "host.migration.renew_enrollment_profile"))
	missing := m.missing()
	require.Empty(m.t, missing["common"])
	require.Equal(m.t, path == "ade", missing["ade"] == "", "lines of the automatic path: %v", missing)
	require.Equal(m.t, path == "manual", missing["manual"] == "", "lines of the path by hand: %v", missing)
	status := 400
	if path != "" {
		status = 204
	}
	require.Equal(m.t, status, m.migrate().Code, "trigger")
}

// missing are the ids of the conditions that do not hold, by group.
func (m *mac) missing() map[string]string {
	m.t.Helper()
	host := m.ok(m.admin("GET", "/api/latest/fleet/hosts/"+m.serial, nil), 200)
	missing := map[string]string{}
	for _, c := range at(host, "host.migration.conditions").([]any) {
		if at(c, "ok") == true {
			continue
		}
		group := at(c, "group").(string)
		if missing[group] != "" {
			missing[group] += ","
		}
		missing[group] += at(c, "id").(string)
	}
	return missing
}
