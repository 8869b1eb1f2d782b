package mockserver_test

import (
	"bytes"
	"compress/gzip"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver/store"
)

// Sections 5.3 and 5.4 of the contract: osquery.

const mdmQuery = "fleet_detail_query_mdm"

func TestOsqueryEnroll(t *testing.T) {
	r := newRig(t)
	enroll := func(path string, body any) *httptest.ResponseRecorder { return r.call("POST", path+"/enroll", body) }
	for _, path := range []string{"/api/osquery", "/api/v1/osquery"} {
		answer := r.ok(enroll(path, map[string]any{"enroll_secret": secret, "host_identifier": "U1", "host_details": map[string]any{
			"system_info": map[string]string{"uuid": "U1", "hardware_serial": "S1", "computer_name": "Jo's Mac"},
			"os_version":  map[string]string{"name": "macOS", "major": "15", "minor": "1", "platform": "darwin"}}}), 200)
		require.NotEmpty(t, answer["node_key"])
		r.ok(r.call("POST", path+"/config", map[string]any{"node_key": answer["node_key"]}), 200)
		r.ok(r.call("POST", path+"/log", map[string]any{"node_key": answer["node_key"], "log_type": "status", "data": []any{}}), 200)
	}
	h, err := r.srv.Host("S1")
	require.NoError(t, err)
	require.Equal(t, []string{"Jo's Mac", "macOS 15.1", "U1"}, []string{h.ComputerName, h.OSVersion, h.OsqueryHostID})

	rec := enroll("/api/osquery", map[string]any{"enroll_secret": "wrong", "host_identifier": "U2"})
	body := r.ok(rec, 401)
	require.Equal(t, true, body["node_invalid"])
	require.Contains(t, body, "uuid")
	require.Equal(t, 400, enroll("/api/osquery", map[string]any{"enroll_secret": secret}).Code)
	require.Equal(t, 400, enroll("/api/osquery", "{").Code)
}

func TestOsqueryNodeKey(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	for _, path := range []string{"config", "log", "distributed/read", "distributed/write"} {
		for _, key := range []string{"", "wrong", m.orbitKey} {
			body := r.ok(r.call("POST", "/api/osquery/"+path, map[string]any{"node_key": key, "queries": map[string]any{mdmQuery: []any{}}}), 401)
			require.Equal(t, true, body["node_invalid"], path)
			require.NotEmpty(t, body["error"])
			require.NotEmpty(t, body["uuid"])
		}
		require.Equal(t, 400, r.call("POST", "/api/osquery/"+path, "").Code, path)
		require.Equal(t, 400, r.call("POST", "/api/osquery/"+path, "{").Code, path)
	}
	answer := r.ok(r.call("POST", "/api/osquery/config", map[string]any{"node_key": m.nodeKey}), 200)
	require.Equal(t, 10.0, at(answer, "options.distributed_interval"))
}

func (m *mac) read() map[string]any {
	m.t.Helper()
	return m.ok(m.call("POST", "/api/osquery/distributed/read", map[string]any{"node_key": m.nodeKey}), 200)
}

func TestDistributedRead(t *testing.T) {
	c := newClock()
	r := newRig(t, c.with)
	m := r.enrolledOnly("000000000001")
	work := m.read()
	require.Equal(t, "select enrolled, server_url, installed_from_dep, payload_identifier from mdm;", at(work, "queries."+mdmQuery))
	require.Equal(t, "SELECT 1 FROM osquery_registry WHERE active = true AND registry = 'table' AND name = 'mdm'", at(work, "discovery."+mdmQuery))
	for name := range work["queries"].(map[string]any) {
		require.NotEmpty(t, at(work, "discovery."+name), name)
	}
	require.Positive(t, work["accelerate"], "a new host is asked again soon")
	all := []string{"fleet_detail_query_mdm", "fleet_detail_query_os_version", "fleet_detail_query_osquery_info", "fleet_detail_query_system_info",
		"fleet_detail_query_uptime", "fleet_label_query_1", "fleet_label_query_2", "fleet_no_policies_wildcard"}
	require.Equal(t, all, slices.Sorted(slices.Values(m.queries())))
	require.Equal(t, all, slices.Sorted(slices.Values(m.queries())), "due until it is answered")

	m.vitals("15.1")
	require.Equal(t, all[5:], slices.Sorted(slices.Values(m.queries())), "each kind has its own clock")
	require.NotContains(t, m.read(), "accelerate")
	m.settle()
	require.Empty(t, m.queries())
	c.pass(time.Hour - time.Nanosecond)
	require.Empty(t, m.queries())
	c.pass(time.Nanosecond)
	require.Equal(t, all, slices.Sorted(slices.Values(m.queries())))
	require.Equal(t, m.read(), r.ok(m.call("POST", "/api/v1/osquery/distributed/read", map[string]any{"node_key": m.nodeKey}), 200))

	t.Run("admins override a query, or turn it off", func(t *testing.T) {
		override := func(v any) {
			r.ok(r.patch(map[string]any{"features": map[string]any{"detail_query_overrides": map[string]any{"mdm": v}}}), 200)
		}
		override("select 1 from mdm")
		require.Equal(t, "select 1 from mdm", at(m.read(), "queries."+mdmQuery))
		override(nil)
		require.NotContains(t, m.queries(), mdmQuery)
		require.Len(t, m.queries(), 7)
	})
}

func TestRefetchLoop(t *testing.T) {
	hook := newReceiver(t, 200)
	c := newClock()
	r := newRig(t, c.with)
	m := r.newMac("000000000001")
	r.enable("forced", hook.URL)
	m.settle()
	start := func() {
		t.Helper()
		m.report("true", "false", thirdParty, "")
		require.Equal(t, 204, m.migrate().Code)
	}
	start()
	for range 18 {
		require.Equal(t, []string{mdmQuery}, m.queries(), "on every read")
		m.report("true", "false", thirdParty, "")
		c.pass(10 * time.Second)
	}
	c.pass(time.Second)
	require.Empty(t, m.queries(), "the clock ends it")

	t.Run("what ends it early, and what does not", func(t *testing.T) {
		for _, e := range []struct {
			name, enrolled, fromDEP, url, payload string
			open                                  bool
		}{
			{"ADE, out of the old MDM", "false", "true", "", "", false},
			{"the same in osquery's other words", "0", "1", "", "", false},
			{"by hand, out of the old MDM", "false", "false", "", "", true},
			{"still in", "true", "true", thirdParty, "", true},
			{"Fleet's by its URL", "false", "true", "https://acme.fleetdm.com/mdm", "", true},
			{"Fleet's by its payload", "false", "true", "", "com.fleetdm.fleet.mdm.apple", true},
			{"no enrolled column", "", "true", "", "", true},
			{"nonsense", "perhaps", "true", "", "", true},
		} {
			start()
			m.report(e.enrolled, e.fromDEP, e.url, e.payload)
			require.Equal(t, e.open, slices.Contains(m.queries(), mdmQuery), e.name)
			c.pass(3*time.Minute + time.Second)
		}
	})
	t.Run("a refetch inside asks everything once", func(t *testing.T) {
		m.settle()
		start()
		r.ok(r.call("POST", devicePath+m.token+"/refetch", nil), 200)
		require.Len(t, m.queries(), 8)
		m.settle()
		require.Equal(t, []string{mdmQuery}, m.queries())
	})
}

func TestDistributedWriteOfTheMDM(t *testing.T) {
	known := store.MDM{Enrolled: true, ServerURL: "https://acme.jamfcloud.com/mdm", Name: "Jamf"}
	rows := func(r ...map[string]string) []map[string]string { return r }
	for _, c := range []struct {
		name   string
		rows   any
		status any
		want   store.MDM
	}{
		{"no rows", rows(), 0, known},
		{"an empty text", "", 0, known},
		{"a failed query", rows(map[string]string{"enrolled": "false"}), 1, known},
		{"a failed query, as text", rows(map[string]string{"enrolled": "false"}), "1", known},
		{"no enrolled column", rows(map[string]string{"server_url": "https://x"}), 0, known},
		{"enrolled is empty", rows(map[string]string{"enrolled": ""}), 0, known},
		{"enrolled is nonsense", rows(map[string]string{"enrolled": "ja"}), 0, known},
		{"installed_from_dep is nonsense", rows(map[string]string{"enrolled": "true", "installed_from_dep": "ja"}), 0, known},
		{"two rows: the first", rows(map[string]string{"enrolled": "1", "installed_from_dep": "1", "server_url": "https://a.kandji.io"}, map[string]string{"enrolled": "0"}), "0",
			store.MDM{Enrolled: true, InstalledFromDEP: true, ServerURL: "https://a.kandji.io", Name: "Kandji"}},
		{"installed_from_dep empty is false", rows(map[string]string{"enrolled": "true", "installed_from_dep": "", "server_url": "https://x.example.com"}), nil, store.MDM{Enrolled: true, ServerURL: "https://x.example.com"}},
		{"the query of the URL is left out", rows(map[string]string{"enrolled": "true", "server_url": "https://JAMF.example.com/a?b=c"}), 0, store.MDM{Enrolled: true, ServerURL: "https://JAMF.example.com/a", Name: "Jamf"}},
		{"jumpcloud", rows(map[string]string{"enrolled": "true", "server_url": "https://mdm.jumpcloud.com"}), 0, store.MDM{Enrolled: true, ServerURL: "https://mdm.jumpcloud.com", Name: "JumpCloud"}},
		{"airwatch", rows(map[string]string{"enrolled": "true", "server_url": "https://x.airwatchportals.com"}), 0, store.MDM{Enrolled: true, ServerURL: "https://x.airwatchportals.com", Name: "VMware Workspace ONE"}},
		{"awmdm", rows(map[string]string{"enrolled": "true", "server_url": "https://x.awmdm.com"}), 0, store.MDM{Enrolled: true, ServerURL: "https://x.awmdm.com", Name: "VMware Workspace ONE"}},
		{"intune", rows(map[string]string{"enrolled": "true", "server_url": "https://i.manage.microsoft.com"}), 0, store.MDM{Enrolled: true, ServerURL: "https://i.manage.microsoft.com", Name: "Intune"}},
		{"simplemdm", rows(map[string]string{"enrolled": "true", "server_url": "https://a.simplemdm.com"}), 0, store.MDM{Enrolled: true, ServerURL: "https://a.simplemdm.com", Name: "SimpleMDM"}},
		{"fleet", rows(map[string]string{"enrolled": "true", "server_url": "https://a.fleetdm.com"}), 0, store.MDM{Enrolled: true, ServerURL: "https://a.fleetdm.com", Name: "Fleet"}},
		{"fleet by its payload", rows(map[string]string{"enrolled": "true", "server_url": "https://kandji.io", "payload_identifier": "com.fleetdm.fleet.mdm.apple"}), 0, store.MDM{Enrolled: true, ServerURL: "https://kandji.io", Name: "Fleet"}},
		{"somebody unknown", rows(map[string]string{"enrolled": "true", "server_url": "https://mdm.example.com"}), 0, store.MDM{Enrolled: true, ServerURL: "https://mdm.example.com"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			m := r.newMac("000000000001")
			before, err := r.srv.Host(m.serial)
			require.NoError(t, err)
			body := map[string]any{"node_key": m.nodeKey, "queries": map[string]any{mdmQuery: c.rows}}
			if c.status != nil {
				body["statuses"] = map[string]any{mdmQuery: c.status}
			}
			require.Equal(t, "{}\n", r.call("POST", "/api/osquery/distributed/write", body).Body.String())
			h, err := r.srv.Host(m.serial)
			require.NoError(t, err)
			require.Equal(t, c.want, *h.MDM)
			require.Equal(t, before.DetailUpdatedAt, h.DetailUpdatedAt, "the mdm row does not touch the clock of the details")
		})
	}
}

func TestDistributedWriteOfNonsenseChangesNothing(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	before, err := r.srv.Host(m.serial)
	require.NoError(t, err)
	for _, body := range []string{
		`{"node_key":"KEY","queries":{"fleet_detail_query_mdm":5}}`, `{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[5]}}`,
		`{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[{"enrolled":true}]}}`, `{"node_key":"KEY","queries":[]}`,
		`{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[{"enrolled":"false"}]},"statuses":{"fleet_detail_query_mdm":"bad"}}`,
		`{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[{"enrolled":"false"}],"fleet_detail_query_uptime":7}}`, `{"node_key":"KEY"`, `[]`,
		`{"node_key":"KEY","messages":{"a":5}}`, `{"node_key":"KEY","stats":5}`, `{"node_key":"KEY","queries":{"a":"text"}}`,
		`{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[{"enrolled":"false"}]},"statuses":{"fleet_detail_query_mdm":1.5}}`,
		`{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[{"enrolled":"false"}]},"statuses":{"fleet_detail_query_mdm":true}}`,
	} {
		require.Equal(t, 400, r.call("POST", "/api/osquery/distributed/write", string(bytes.ReplaceAll([]byte(body), []byte("KEY"), []byte(m.nodeKey)))).Code, body)
		after, err := r.srv.Host(m.serial)
		require.NoError(t, err)
		after.SeenAt = before.SeenAt
		require.Equal(t, before, after, body)
	}
	for _, body := range []string{`{"node_key":"KEY"}`, `{"node_key":"KEY","queries":null,"statuses":null}`, `{"node_key":"KEY","queries":{"fleet_detail_query_mdm":null}}`,
		`{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[null]}}`, `{"node_key":"KEY","queries":{"fleet_detail_query_mdm":[{"enrolled":null}]}}`} {
		r.ok(r.call("POST", "/api/osquery/distributed/write", string(bytes.ReplaceAll([]byte(body), []byte("KEY"), []byte(m.nodeKey)))), 200)
		after, err := r.srv.Host(m.serial)
		require.NoError(t, err)
		require.Equal(t, before.MDM, after.MDM, body)
	}
	r.ok(m.write(map[string]any{"fleet_distributed_query_7": []any{}, "fleet_additional_query_x": []any{}, "something": []any{}}), 200)
}

func TestOsqueryMaySendCompressed(t *testing.T) {
	r := newRig(t)
	m := r.newMac("000000000001")
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	_, err := zw.Write([]byte(`{"node_key":"` + m.nodeKey + `","queries":{"fleet_detail_query_mdm":[{"enrolled":"false"}]}}`))
	require.NoError(t, err)
	require.NoError(t, zw.Close())
	r.ok(r.call("POST", "/api/osquery/distributed/write", packed.String(), "Content-Encoding", "gzip"), 200)
	h, err := r.srv.Host(m.serial)
	require.NoError(t, err)
	require.False(t, h.MDM.Enrolled)
	require.Equal(t, 400, r.call("POST", "/api/osquery/distributed/write", "not gzip", "Content-Encoding", "gzip").Code)
	require.Equal(t, 400, r.call("POST", "/api/osquery/distributed/write", packed.String()[:20], "Content-Encoding", "gzip").Code)
}
