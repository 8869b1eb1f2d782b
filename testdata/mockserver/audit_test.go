package mockserver_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// What Fleet lacks: the audit log, and a host as an admin sees it.

func (r *rig) activities(query string) []any {
	r.t.Helper()
	return r.ok(r.admin("GET", "/api/latest/fleet/activities"+query, nil), 200)["activities"].([]any)
}

func TestActivities(t *testing.T) {
	r := newRig(t)
	require.Equal(t, []any{}, r.activities(""), "a list, also when empty")
	hook := newReceiver(t, 502)
	m := r.newMac("000000000001")
	for _, c := range []struct {
		name    string
		do      func()
		kind    string
		actor   string
		details map[string]any
	}{
		{"the workflow", func() { r.enable("forced", hook.URL+"/?token=abc") }, "edited_macos_migration", "Admin",
			map[string]any{"enable": true, "mode": "forced", "webhook_url": hook.URL + "/?token=MASKED"}},
		{"by the GitOps token", func() {
			r.ok(r.call("PATCH", configPath, migration(true, "voluntary", hook.URL), "Authorization", "Bearer "+gitopsToken), 200)
		}, "edited_macos_migration", "GitOps", map[string]any{"enable": true, "mode": "voluntary", "webhook_url": hook.URL}},
		{"the organization", func() { r.ok(r.patch(map[string]any{"org_info": map[string]any{"org_name": "Acme"}}), 200) }, "edited_org_info", "Admin",
			map[string]any{"org_name": "Acme", "contact_url": "https://fleetdm.com/company/contact", "org_logo_url": "", "org_logo_url_light_background": ""}},
		{"anything else", func() { r.ok(r.patch(map[string]any{"gitops": map[string]any{"repository_url": "x"}}), 200) }, "edited_app_config", "Admin", map[string]any{}},
		{"a trigger", func() { m.migrate() }, "triggered_macos_migration", "", map[string]any{"host_id": 1.0, "host_serial": m.serial, "host_display_name": "000000000001",
			"webhook_url": hook.URL, "webhook_status": 502.0, "error": "error posting to " + hook.URL + ": 502. receiver says hello"}},
		{"assigned", func() { m.do("assign") }, "assigned_abm", "Admin", nil},
		{"unassigned", func() { m.do("unassign") }, "unassigned_abm", "Admin", nil},
		{"unenrolled", func() { m.do("unenroll") }, "mdm_unenrolled", "Admin", nil},
		{"enrolled", func() { m.do("enroll") }, "mdm_enrolled", "Admin", nil},
		{"expired", func() { m.do("expire_token") }, "expired_device_token", "Admin", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(r.activities("?per_page=500"))
			c.do()
			all := r.activities("?per_page=500")
			require.Len(t, all, before+1)
			require.Equal(t, c.kind, at(all[0], "type"), "newest first")
			require.Equal(t, c.actor, at(all[0], "actor_full_name"))
			if c.details == nil {
				c.details = map[string]any{"host_id": 1.0, "host_serial": m.serial, "host_display_name": "000000000001"}
			}
			require.Equal(t, c.details, at(all[0], "details"))
		})
	}
	t.Run("nothing for what changed nothing, or was refused", func(t *testing.T) {
		before := r.activities("?per_page=500")
		r.ok(r.patch(migration(true, "voluntary", hook.URL)), 200)
		r.patch(migration(true, "sometimes", hook.URL))
		r.ok(r.admin("PATCH", configPath+"?dry_run=true", migration(false, "voluntary", hook.URL)), 200)
		m.do("refetch")
		require.Equal(t, before, r.activities("?per_page=500"))
	})
	t.Run("pages", func(t *testing.T) {
		answer := r.ok(r.admin("GET", "/api/latest/fleet/activities?per_page=2&page=1", nil), 200)
		require.Len(t, answer["activities"], 2)
		require.Equal(t, map[string]any{"has_next_results": true, "has_previous_results": true}, answer["meta"])
		for _, query := range []string{"?page=-1", "?page=x", "?per_page=0", "?per_page=x", "?page=99999999"} {
			require.Equal(t, 400, r.admin("GET", "/api/latest/fleet/activities"+query, nil).Code, query)
		}
	})
}

func TestHostsAPI(t *testing.T) {
	r := newRig(t)
	for i := range 5 {
		r.newMac(fmt.Sprintf("00000000000%d", i))
	}
	r.enable("voluntary", "https://x.example.com")
	list := func(query string) map[string]any {
		return r.ok(r.admin("GET", "/api/latest/fleet/hosts"+query, nil), 200)
	}
	for query, count := range map[string]float64{"": 5, "?query=SERIAL000000000003": 1, "?query=serial": 5, "?query=nobody": 0,
		"?needs_mdm_migration=true": 5, "?needs_mdm_migration=false": 0, "?per_page=2&page=2": 5} {
		require.Equal(t, count, list(query)["count"], query)
	}
	require.Len(t, list("?per_page=2&page=2")["hosts"], 1)
	require.Equal(t, map[string]any{"has_next_results": true, "has_previous_results": false}, list("?per_page=2")["meta"])
	require.Equal(t, 400, r.admin("GET", "/api/latest/fleet/hosts?needs_mdm_migration=perhaps", nil).Code)
	for _, name := range []string{"2", "SERIAL000000000001", "serial000000000001", "5bee866a-0000-0000-0000-000000000001"} {
		require.Equal(t, 2.0, at(r.ok(r.admin("GET", "/api/latest/fleet/hosts/"+name, nil), 200), "host.id"), name)
	}
	for _, name := range []string{"0", "6", "nobody", "-1"} {
		require.Equal(t, 404, r.admin("GET", "/api/latest/fleet/hosts/"+name, nil).Code, name)
		require.Equal(t, 404, r.admin("POST", "/api/latest/fleet/hosts/"+name+"/unenroll", nil).Code, name)
	}
	for token, status := range map[string]int{gitopsToken: 403, observeToken: 403, "wrong": 401} {
		require.Equal(t, status, r.call("POST", "/api/latest/fleet/hosts/1/unenroll", nil, "Authorization", "Bearer "+token).Code)
	}
	for _, body := range []string{"[", `{"profle_status":"FAILED"}`, `{"profile_status":5}`} {
		require.Equal(t, 400, r.admin("POST", "/api/latest/fleet/hosts/1/assign", body).Code, body)
	}
	r.refused(r.admin("POST", "/api/latest/fleet/hosts/1/assign", map[string]any{"profile_status": "Success"}), 422, "Validation Failed",
		`profile_status: profile_status is "Success": want SUCCESS, FAILED, THROTTLED or NOT_ACCESSIBLE`)
	for _, name := range []string{"99", "newserial", "5BEE866A-0000-0000-0000-000000000099", "A%20B", "%20"} {
		require.Equal(t, 422, r.admin("POST", "/api/latest/fleet/hosts/"+name+"/assign", nil).Code, name)
	}
	require.Equal(t, 5.0, list("")["count"], "what is no serial makes no host")
	require.Equal(t, false, at(r.ok(r.admin("GET", "/api/latest/fleet/hosts/1", nil), 200), "host.dep_assigned_to_fleet"))
	require.Equal(t, 404, r.admin("POST", "/api/latest/fleet/hosts/1/explode", nil).Code)
	for token, role := range map[string]string{adminToken: "admin", gitopsToken: "gitops", observeToken: "observer"} {
		require.Equal(t, role, at(r.ok(r.call("GET", "/api/latest/fleet/me", nil, "Authorization", "Bearer "+token), 200), "user.global_role"))
	}
}
