package mockserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// What is refused has changed nothing; what is taken can be read back and sent again.

func FuzzPatchConfig(f *testing.F) {
	for _, seed := range []string{
		`{}`, ``, `{`, `[]`, `null`, `{"org_info":null}`, `{"org_info":{"org_name":""}}`, `{"org_info":{"org_logo_url":"a","org_logo_url_dark_mode":"b"}}`,
		`{"mdm":{"macos_migration":{"enable":true,"mode":"forced","webhook_url":"https://x.example.com/?token=a"}}}`,
		`{"mdm":{"macos_migration":{"enable":true,"mode":"x","webhook_url":":"}}}`, `{"mdm":{"macos_migration":{"modus":1}}}`,
		`{"features":{"detail_query_overrides":{"mdm":null}}}`, `{"features":{},"host_settings":{}}`, `{"agent_options":{"a":[1,2,{"b":1e999}]}}`,
		`{"server_settings":{"debug_host_ids":[1]}}`, `{"org_info":{"org_name":"\ud800"}}`, `{"license":{}}`, `{} {}`, `{"ORG_INFO":{"ORG_NAME":"x"}}`,
	} {
		for flags := range uint8(8) {
			f.Add([]byte(seed), flags)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, flags uint8) {
		r := newRig(t, func(c *mockserver.Config) {
			if flags&4 != 0 {
				free(c)
			}
		})
		before := r.admin("GET", configPath, nil).Body.Bytes()
		query := "?dry_run=" + []string{"false", "true"}[flags&1] + "&overwrite=" + []string{"false", "true"}[flags>>1&1]
		rec := r.admin("PATCH", configPath+query, string(body))
		after := r.admin("GET", configPath, nil).Body.Bytes()
		require.True(t, json.Valid(rec.Body.Bytes()))
		require.True(t, json.Valid(after))
		switch rec.Code {
		case 200:
			if flags&1 != 0 {
				require.Equal(t, string(before), string(after), "a dry run")
				return
			}
			require.Equal(t, 200, r.admin("PATCH", configPath, string(body)).Code)
			require.Equal(t, string(after), r.admin("GET", configPath, nil).Body.String(), "the same body again changes nothing")
		case 400, 422:
			require.Equal(t, string(before), string(after))
			require.Empty(t, r.activities(""))
		default:
			require.Failf(t, "unexpected status", "%d: %s", rec.Code, rec.Body)
		}
	})
}

func FuzzDistributedWrite(f *testing.F) {
	for _, seed := range []string{
		`{}`, ``, `{`, `{"queries":{"fleet_detail_query_mdm":[{"enrolled":"true","server_url":"https://x.kandji.io/?a=b","installed_from_dep":""}]}}`,
		`{"queries":{"fleet_detail_query_mdm":""},"statuses":{"fleet_detail_query_mdm":"1"}}`, `{"queries":{"fleet_detail_query_mdm":[5]}}`,
		`{"queries":{"fleet_detail_query_os_version":[{"name":"macOS","version":"15.1"}],"fleet_label_query_1":[],"fleet_no_policies_wildcard":""}}`,
		`{"queries":{"fleet_detail_query_system_info":[{"uuid":"U","hardware_serial":"S"}]}}`, `{"statuses":{"a":{}}}`, `{"queries":{"a":null}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := newRig(t, newClock().with)
		m, other := r.newMac("000000000001"), r.newMac("000000000002")
		before, bystander := m.found(), other.found()
		rec := r.call("POST", "/api/osquery/distributed/write", string(withKey(body, m.nodeKey)))
		require.True(t, json.Valid(rec.Body.Bytes()))
		require.Equal(t, bystander, other.found(), "no other host is touched, and each is found by its own names")
		switch rec.Code {
		case 200:
			m.queries()
		case 400, 401:
			require.Equal(t, before, m.found())
		default:
			require.Failf(t, "unexpected status", "%d: %s", rec.Code, rec.Body)
		}
	})
}

// withKey puts the node key in front of what else an object has.
func withKey(body []byte, key string) []byte {
	rest, isObject := bytes.CutPrefix(body, []byte("{"))
	if !isObject {
		return body
	}
	comma := ","
	if bytes.HasPrefix(bytes.TrimSpace(rest), []byte("}")) {
		comma = ""
	}
	return fmt.Appendf(nil, `{"node_key": %q%s%s`, key, comma, rest)
}

// found are the records that the Mac's names lead to.
func (m *mac) found() (records []any) {
	m.t.Helper()
	for _, name := range []string{m.serial, m.uuid} {
		h, err := m.srv.Host(name)
		if err != nil {
			records = append(records, err.Error())
			continue
		}
		records = append(records, h)
	}
	return records
}
