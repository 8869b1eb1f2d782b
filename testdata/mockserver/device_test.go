package mockserver_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
	"github.com/stretchr/testify/require"
	"howett.net/plist"

	"fleetmigrate/testdata/mockserver"
)

// Section 3 of the contract: device endpoints, but for migrate_mdm.

const devicePath = "/api/latest/fleet/device/"

// deviceRoutes are all routes of a device, with what a good call answers.
var deviceRoutes = []struct {
	method, suffix, body string
	status               int
}{
	{"GET", "", "", 200}, {"GET", "?exclude_software=true", "", 200}, {"GET", "/desktop", "", 200}, {"GET", "/policies", "", 200},
	{"POST", "/refetch", "", 200}, {"POST", "/migrate_mdm", "", 400}, {"GET", "/mdm/apple/manual_enrollment_profile", "", 200},
	{"GET", "/transparency", "", 307}, {"POST", "/debug/errors", "{}", 200}, {"HEAD", "/ping", "", 200},
}

func TestDeviceToken(t *testing.T) {
	c := newClock()
	r := newRig(t, c.with, func(cfg *mockserver.Config) { cfg.FailureLimit = mockserver.LimitOff })
	m := r.newMac("000000000001")
	call := func(token string) (statuses []int) {
		for _, route := range deviceRoutes {
			statuses = append(statuses, r.call(route.method, devicePath+token+route.suffix, route.body).Code)
		}
		return statuses
	}
	good, refused := []int{}, []int{}
	for _, route := range deviceRoutes {
		good, refused = append(good, route.status), append(refused, 401)
	}
	require.Equal(t, good, call(m.token))
	require.Equal(t, refused, call("unknown"))
	r.refused(r.call("GET", devicePath+"unknown/desktop", nil), 401, "Authentication required", "base: Authentication required")

	c.pass(30 * time.Minute)
	r.ok(m.setToken(m.token), 200)
	c.pass(30*time.Minute - time.Nanosecond)
	require.Equal(t, good, call(m.token))
	c.pass(time.Nanosecond)
	require.Equal(t, refused, call(m.token), "the same value again does not make it younger")
	r.ok(m.setToken("token-new"), 200)
	require.Equal(t, good, call("token-new"))
	require.Equal(t, refused, call(m.token))
	m.token = "token-new"
	m.do("expire_token")
	require.Equal(t, refused, call(m.token))
}

func TestDevicePaths(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/api/v1/fleet/device/" + m.token + "/desktop", 200, ""},
		{"GET", "/api/2022-04/fleet/device/" + m.token + "/desktop", 200, ""},
		{"POST", "/api/fleet/device/" + m.token + "/migrate_mdm", 404, "404 page not found\n"},
		{"GET", devicePath + m.token + "/migrate_mdm", 405, ""},
		{"GET", devicePath + m.token + "/ping", 405, ""},
		{"POST", devicePath + m.token + "/rotate_encryption_key", 404, "404 page not found\n"},
		{"GET", devicePath, 404, "404 page not found\n"},
		{"GET", devicePath + m.token + "/desktop/", 404, "404 page not found\n"},
		{"GET", devicePath + m.token + "/", 404, "404 page not found\n"},
		{"HEAD", devicePath + m.token + "/desktop", 405, ""},
		{"HEAD", devicePath + m.token, 405, ""},
		{"OPTIONS", devicePath + m.token + "/migrate_mdm", 405, ""},
		{"POST", devicePath + m.token + "/desktop", 405, ""},
		{"GET", devicePath + m.token + "/refetch", 405, ""},
		{"HEAD", "/api/latest/fleet/device/ping", 405, ""}, // a ping without a token has no version; here "ping" is one
		{"GET", "/api/fleet/device/ping", 405, ""},
	} {
		rec := r.call(c.method, c.path, nil)
		require.Equal(t, c.status, rec.Code, c.path)
		if c.status != 200 {
			require.Equal(t, c.body, rec.Body.String(), c.path)
		}
	}
}

func TestDeviceOnTheFreeLicense(t *testing.T) {
	r := newRig(t, free)
	m := r.newMac("000000000001")
	for suffix, status := range map[string]int{"": 200, "/desktop": 402, "/policies": 402, "/transparency": 307, "/mdm/apple/manual_enrollment_profile": 200} {
		require.Equal(t, status, r.call("GET", devicePath+m.token+suffix, nil).Code, suffix)
	}
	r.ok(r.call("POST", devicePath+m.token+"/refetch", nil), 200)
	const text = "Requires Fleet Premium license"
	r.refused(r.call("GET", devicePath+m.token+"/desktop", nil), 402, text, "base: "+text)
	require.Equal(t, 401, r.call("GET", devicePath+"wrong/desktop", nil).Code, "a bad token wins over the license")
}

func TestDeviceHost(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	body := func() map[string]any { return r.ok(r.call("GET", devicePath+m.token, nil), 200) }
	for path, want := range map[string]any{
		"host.id": 1.0, "host.uuid": m.uuid, "host.hardware_serial": m.serial, "host.platform": "darwin", "host.os_version": "macOS 15.1",
		"host.refetch_requested": false, "host.refetch_critical_queries_until": nil, "host.dep_assigned_to_fleet": false,
		"host.mdm.enrollment_status": "On (manual)", "host.mdm.server_url": "https://acme.jamfcloud.com/mdm", "host.mdm.name": "Jamf",
		"self_service": true, "org_logo_url": "", "org_logo_url_light_background": "", "org_contact_url": "https://fleetdm.com/company/contact",
		"license.tier": "premium", "global_config.mdm.enabled_and_configured": true, "global_config.features.enable_software_inventory": true,
	} {
		require.Equal(t, want, at(body(), path), path)
	}
	require.Contains(t, body()["host"], "refetch_critical_queries_until")
	m.do("assign")
	require.Equal(t, true, at(body(), "host.dep_assigned_to_fleet"))
	for _, c := range []struct{ enrolled, fromDEP, want string }{
		{"true", "true", "On (automatic)"}, {"false", "true", "Pending"}, {"false", "false", "Off"}, {"1", "0", "On (manual)"},
	} {
		m.report(c.enrolled, c.fromDEP, thirdParty, "")
		require.Equal(t, c.want, at(body(), "host.mdm.enrollment_status"))
	}
	unreported := r.enrolledOnly("000000000002")
	require.Nil(t, at(r.ok(r.call("GET", devicePath+unreported.token, nil), 200), "host.mdm.enrollment_status"))

	off := newRig(t, free)
	m = off.newMac("000000000001")
	m.do("assign")
	require.Equal(t, false, at(off.ok(off.call("GET", devicePath+m.token, nil), 200), "host.dep_assigned_to_fleet"), "only with Premium")
}

// enrolledOnly is a Mac whose agents enrolled and have reported nothing.
func (r *rig) enrolledOnly(name string) *mac {
	r.t.Helper()
	m := &mac{rig: r, serial: "SERIAL" + name, uuid: "5BEE866A-0000-0000-0000-" + name, token: "token-" + name}
	m.orbitKey = r.ok(r.call("POST", "/api/fleet/orbit/enroll", map[string]any{"enroll_secret": secret, "hardware_uuid": m.uuid,
		"hardware_serial": m.serial, "platform": "darwin"}), 200)["orbit_node_key"].(string)
	m.nodeKey = r.ok(r.call("POST", "/api/osquery/enroll", map[string]any{"enroll_secret": secret, "host_identifier": m.uuid}), 200)["node_key"].(string)
	r.ok(m.setToken(m.token), 200)
	return m
}

func TestDeviceSummary(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	sum := m.summary()
	require.Equal(t, map[string]any{}, sum["notifications"], "an object, also when empty")
	require.NotContains(t, sum, "failing_policies_count", "unknown is left away")
	require.Equal(t, map[string]any{"mode": ""}, at(sum, "config.mdm.macos_migration"), "mode is always there, the switch and the webhook never")
	require.Equal(t, "", at(sum, "config.org_info.contact_url"), "a server whose settings were never saved has none")
	require.ElementsMatch(t, []string{"org_name", "org_logo_url", "org_logo_url_light_background", "org_logo_url_dark_mode", "org_logo_url_light_mode", "contact_url"}, slices.Collect(maps.Keys(at(sum, "config.org_info").(map[string]any))))
	require.Contains(t, sum, "self_service")
	require.Contains(t, sum, "alternative_browser_host")

	m.settle()
	require.Equal(t, 0.0, m.summary()["failing_policies_count"], "none fails where there are none, once the host has said so")

	r.ok(r.patch(migration(false, "anything", "https://x.example.com/secret-hook")), 200)
	sum = m.summary()
	require.Equal(t, "anything", at(sum, "config.mdm.macos_migration.mode"), "whatever is stored, also when off")
	require.Equal(t, "https://fleetdm.com/company/contact", at(sum, "config.org_info.contact_url"))
	r.enable("forced", "https://x.example.com/secret-hook")
	require.Equal(t, map[string]any{"needs_mdm_migration": true}, m.flags())
	raw := r.call("GET", devicePath+m.token+"/desktop", nil).Body.String()
	require.NotContains(t, raw, "secret-hook")
	require.NotContains(t, raw, "enable")
	require.Contains(t, raw, "\n  \"self_service\": true", "two spaces")

	t.Run("a change of the settings is seen at the next poll", func(t *testing.T) {
		r.ok(r.patch(map[string]any{"org_info": map[string]any{"org_name": "Acme", "org_logo_url": "/api/latest/fleet/logo?mode=dark"}, "fleet_desktop": map[string]any{"alternative_browser_host": "b.example.com"}}), 200)
		sum := m.summary()
		require.Equal(t, "Acme", at(sum, "config.org_info.org_name"))
		require.Equal(t, "https://fleet.example.com/api/latest/fleet/logo?mode=dark", at(sum, "config.org_info.org_logo_url_dark_mode"))
		require.Equal(t, "b.example.com", sum["alternative_browser_host"])
	})
	t.Run("renewing needs the switch, leaving and ABM", func(t *testing.T) {
		m.report("false", "false", "", "")
		require.Empty(t, m.flags())
		m.do("assign")
		require.Equal(t, map[string]any{"renew_enrollment_profile": true}, m.flags())
		r.ok(r.patch(migration(false, "forced", "https://x.example.com")), 200)
		require.Empty(t, m.flags())
		r.enable("forced", "https://x.example.com")
		m.do("unassign")
		require.Empty(t, m.flags())
	})
	t.Run("an unreadable system fails the whole call", func(t *testing.T) {
		for _, version := range []string{"abc", "14.1.2.3", "15.x"} {
			m.vitals(version)
			rec := r.call("GET", devicePath+m.token+"/desktop", nil)
			require.Equal(t, 500, rec.Code)
			require.Contains(t, rec.Body.String(), "parsing macOS version")
		}
	})
	t.Run("without Apple MDM there are no flags", func(t *testing.T) {
		off := newRig(t, mdmOff)
		m := off.newMac("000000000001")
		off.enable("forced", "https://x.example.com")
		require.Empty(t, m.flags())
	})
}

func TestDeviceRefetch(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	m.settle()
	require.Empty(t, m.queries())
	rec := r.call("POST", devicePath+m.token+"/refetch", nil)
	require.Equal(t, "{}\n", rec.Body.String())
	require.Equal(t, true, at(r.ok(r.call("GET", devicePath+m.token, nil), 200), "host.refetch_requested"))
	require.Len(t, m.queries(), 8, "details, labels and policies")
	m.settle()
	require.Empty(t, m.queries())
	require.Equal(t, 401, r.call("POST", devicePath+"wrong/refetch", nil).Code)
}

func TestDevicePings(t *testing.T) {
	for _, debug := range []bool{false, true} {
		r := newRig(t, func(c *mockserver.Config) { c.DebugErrors = debug })
		m := r.newMac("000000000001")
		want := map[bool]string{true: "error_reporting"}[debug]
		for path, status := range map[string]int{"/api/fleet/device/ping": 200, devicePath + m.token + "/ping": 200, devicePath + "wrong/ping": 401} {
			rec := r.call("HEAD", path, nil)
			require.Equal(t, status, rec.Code, path)
			if status == 200 {
				require.Empty(t, rec.Body.String())
				require.Equal(t, want, rec.Header().Get("X-Fleet-Capabilities"), path)
			}
		}
		require.Equal(t, want, r.call("GET", devicePath+m.token+"/desktop", nil).Header().Get("X-Fleet-Capabilities"))
	}
}

func TestDeviceProfile(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	rec := r.call("GET", devicePath+m.token+"/mdm/apple/manual_enrollment_profile", nil)
	require.Equal(t, 200, rec.Code)
	require.Equal(t, "application/x-apple-aspen-config", rec.Header().Get("Content-Type"))
	require.Contains(t, rec.Header().Get("Content-Disposition"), "attachment")
	require.Contains(t, rec.Header().Get("Content-Disposition"), "fleet-mdm-enrollment-profile.mobileconfig")
	signed, err := pkcs7.Parse(rec.Body.Bytes())
	require.NoError(t, err)
	require.NoError(t, signed.Verify())
	var profile map[string]any
	_, err = plist.Unmarshal(signed.Content, &profile)
	require.NoError(t, err)
	require.Equal(t, "Profile Service", profile["PayloadType"])
	require.True(t, strings.HasPrefix(at(profile, "PayloadContent.URL").(string), "https://fleet.example.com/api/latest/fleet/ota_enrollment?"))

	without, err := mockserver.New(mockserver.Config{AdminToken: adminToken})
	require.NoError(t, err)
	_, err = without.AddHost(mockserver.NewHost{UUID: "UUID-1", Serial: "S1", DeviceToken: "token-1"})
	require.NoError(t, err)
	require.Equal(t, 400, (&rig{t, without}).call("GET", devicePath+"token-1/mdm/apple/manual_enrollment_profile", nil).Code, "no enroll secret")
	off := newRig(t, mdmOff)
	m = off.newMac("000000000001")
	require.Equal(t, 400, off.call("GET", devicePath+m.token+"/mdm/apple/manual_enrollment_profile", nil).Code)
}

func TestDeviceTransparency(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	rec := r.call("GET", devicePath+m.token+"/transparency", nil)
	require.Equal(t, http.StatusTemporaryRedirect, rec.Code)
	require.Equal(t, "https://fleetdm.com/transparency", rec.Header().Get("Location"))
	r.ok(r.patch(map[string]any{"fleet_desktop": map[string]any{"transparency_url": "https://acme.example.com/seen"}}), 200)
	require.Equal(t, "https://acme.example.com/seen", r.call("GET", devicePath+m.token+"/transparency", nil).Header().Get("Location"))
}

func TestDeviceDebugErrors(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	path := devicePath + m.token + "/debug/errors"
	r.ok(r.call("POST", path, `{"error_source":"agent","error_source_version":"1.0.0","error_timestamp":"2026-01-02T03:04:05Z","error_message":"boom","error_additional_info":{"a":1},"vital":true}`), 200)
	for body, status := range map[string]int{"": 400, "[]": 400, `{"error_timestamp":"yesterday"}`: 400, `{"error_message":"` + strings.Repeat("x", 5<<20) + `"}`: 413} {
		require.Equal(t, status, r.call("POST", path, body).Code)
	}
}
