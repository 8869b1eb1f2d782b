package mockserver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// Sections 3.4, 5.1 and 5.2 of the contract: migrate_mdm and its webhook.

func TestMigrateChecksInOrder(t *testing.T) {
	const (
		license = "Requires Fleet Premium license"
		off     = "MDM features aren't turned on in Fleet. For more information about setting up MDM, please visit https://fleetdm.com/docs/using-fleet/mdm-setup"
	)
	hook := newReceiver(t, http.StatusOK)
	for _, c := range []struct {
		name    string
		change  func(*mockserver.Config)
		arrange func(*mac)
		status  int
		message string
		reason  string
	}{
		{"a bad token comes before MDM being off", mdmOff, func(m *mac) { m.token = "wrong" }, 401, "Authentication required", "Authentication required"},
		{"a bad token comes before the license", free, func(m *mac) { m.token = "wrong" }, 401, "Authentication required", "Authentication required"},
		{"MDM off comes before the license", func(c *mockserver.Config) { mdmOff(c); free(c) }, func(*mac) {}, 400, off, off},
		{"the license comes before eligibility", free, func(m *mac) { m.report("false", "false", "", "") }, 402, license, license},
		{"never enabled", nil, func(*mac) {}, 400, "Bad request", ""},
		{"disabled again", nil, func(m *mac) { m.enable("forced", hook.URL); m.ok(m.patch(migration(false, "forced", hook.URL)), 200) }, 400, "Bad request", ""},
		{"no webhook", nil, func(m *mac) { m.ok(m.patch(migration(false, "forced", "")), 200) }, 400, "Bad request", ""},
		{"not eligible", nil, func(m *mac) { m.enable("forced", hook.URL); m.report("false", "false", "", "") }, 400, "Bad request", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(cfg *mockserver.Config) {
				if c.change != nil {
					c.change(cfg)
				}
			})
			m := r.newMac("000000000001")
			c.arrange(m)
			rec := m.migrate()
			r.refused(rec, c.status, c.message, "base: "+c.reason)
			require.Equal(t, c.message != off, strings.Contains(rec.Body.String(), `"uuid"`))
			require.Empty(t, hook.bodies)
		})
	}
	t.Run("no mdm row is 404", func(t *testing.T) {
		r := newRig(t)
		m := r.enrolledOnly("000000000001")
		r.enable("forced", hook.URL)
		r.refused(m.migrate(), 404, "Resource Not Found", "base: MDM information of the host was not found in the datastore")
	})
	t.Run("an unreadable system is 500", func(t *testing.T) {
		r := newRig(t)
		m := r.newMac("000000000001")
		r.enable("forced", hook.URL)
		m.vitals("abc")
		require.Equal(t, 500, m.migrate().Code)
	})
	require.Empty(t, hook.bodies)
}

func TestMigrateSaysTheCauseToTheAdmin(t *testing.T) {
	hook := newReceiver(t, http.StatusOK)
	r := newRig(t)
	m := r.newMac("000000000001")
	reason := func() any {
		return at(r.ok(r.admin("GET", "/api/latest/fleet/hosts/1", nil), 200), "host.migration.last_trigger.reason")
	}
	require.Nil(t, reason(), "no trigger yet")
	m.migrate()
	require.Equal(t, "macOS migration webhook URL not configured", reason())
	r.ok(r.patch(migration(false, "forced", hook.URL)), 200)
	m.migrate()
	require.Equal(t, "macOS migration not enabled", reason())
	m.report("false", "false", "", "")
	m.migrate()
	require.Equal(t, "host not eligible for macOS migration", reason(), "the last failing check counts")
}

func TestMigrateBody(t *testing.T) {
	hook := newReceiver(t, http.StatusOK)
	for _, c := range []struct {
		body, kind string
		status     int
	}{
		{"", "", 204}, {"{}", "", 204}, {"null", "", 204}, {`{"a":1}`, "application/json", 204}, {"a=b", "application/x-www-form-urlencoded", 204},
		{"{", "", 400}, {"hello", "", 400}, {"[1]", "", 400}, {"5", "", 400},
	} {
		r := newRig(t)
		m := r.newMac("000000000001")
		r.enable("forced", hook.URL)
		rec := r.call("POST", devicePath+m.token+"/migrate_mdm", c.body, "Content-Type", c.kind)
		require.Equal(t, c.status, rec.Code, c.body)
		if c.status == 204 {
			<-hook.bodies
			continue
		}
		r.refused(rec, 400, "Bad request", "base: json decoder error")
		require.Equal(t, "text/plain; charset=utf-8", rec.Header().Get("Content-Type"))
		require.Empty(t, hook.bodies)
	}
}

func TestMigrateWindow(t *testing.T) {
	hook := newReceiver(t, http.StatusOK)
	c := newClock()
	r := newRig(t, c.with)
	m := r.newMac("000000000001")
	r.enable("forced", hook.URL)
	until := func() any {
		return at(r.ok(r.call("GET", devicePath+m.token, nil), 200), "host.refetch_critical_queries_until")
	}
	require.Nil(t, until())
	require.Equal(t, 204, m.migrate().Code)
	require.Len(t, hook.bodies, 1)
	require.Equal(t, "2026-01-02T03:07:06Z", until(), "three minutes from the success, in whole seconds")

	c.pass(3*time.Minute - time.Second)
	r.ok(r.patch(migration(false, "", "")), 200)
	m.report("false", "false", "", "")
	require.Equal(t, 204, m.migrate().Code, "inside the window nothing is checked again")
	require.Len(t, hook.bodies, 1)
	c.pass(2 * time.Second)
	require.Equal(t, 400, m.migrate().Code)
	require.Equal(t, "2026-01-02T03:07:06Z", until(), "the past value stays")
	r.enable("forced", hook.URL)
	m.report("true", "false", thirdParty, "")
	require.Equal(t, 204, m.migrate().Code)
	require.Len(t, hook.bodies, 2)
}

func TestWebhookFailures(t *testing.T) {
	for _, c := range []struct {
		name         string
		answer, sees int
	}{
		{"404 passes through", 404, 404}, {"403 passes through", 403, 403}, {"401 passes through", 401, 401},
		{"500 passes through", 500, 500}, {"503 passes through", 503, 503}, {"304 passes through", 304, 304},
	} {
		t.Run(c.name, func(t *testing.T) {
			hook := newReceiver(t, c.answer)
			r := newRig(t)
			m := r.newMac("000000000001")
			r.enable("forced", hook.URL+"/x?Secret=abc&id=5&api_key=def&token=ghi&password=jkl")
			rec := m.migrate()
			require.Equal(t, c.sees, rec.Code)
			if c.sees >= 400 {
				require.Contains(t, rec.Body.String(), "error posting to "+hook.URL)
				require.NotContains(t, rec.Body.String(), "uuid")
			}
			for _, hidden := range []string{"abc", "def", "ghi", "jkl"} {
				require.NotContains(t, rec.Body.String(), hidden)
			}
			require.Len(t, hook.bodies, 1)
			require.Equal(t, c.sees, m.migrate().Code, "no window: it may be tried again at once")
			require.Len(t, hook.bodies, 2)
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		gone := httptest.NewServer(nil)
		gone.Close()
		r := newRig(t)
		m := r.newMac("000000000001")
		r.enable("forced", gone.URL+"/?token=abc")
		rec := m.migrate()
		require.Equal(t, 500, rec.Code)
		require.Contains(t, rec.Body.String(), "failed to POST to "+gone.URL)
		require.Contains(t, rec.Body.String(), "request-size=")
		require.NotContains(t, rec.Body.String(), "abc")
	})
	for _, status := range []int{200, 201, 202, 204, 299} {
		hook := newReceiver(t, status)
		r := newRig(t)
		m := r.newMac("000000000001")
		r.enable("forced", hook.URL)
		require.Equal(t, 204, m.migrate().Code, "any 2xx is a success")
	}
}

func TestWebhookRequest(t *testing.T) {
	got := make(chan *http.Request, 2)
	bodies := make(chan map[string]any, 2)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var body map[string]any
		if req.URL.Path == "/moved" {
			got <- req
			http.Redirect(w, req, "/there", http.StatusFound)
			return
		}
		_ = json.NewDecoder(req.Body).Decode(&body)
		got <- req
		bodies <- body
	}))
	t.Cleanup(hook.Close)
	c := newClock()
	r := newRig(t, c.with)
	m := r.newMac("000000000001")
	r.enable("forced", hook.URL+"/hook?token=abc")
	require.Equal(t, 204, m.migrate().Code)
	req := <-got
	require.Equal(t, "POST", req.Method)
	require.Equal(t, "/hook?token=abc", req.RequestURI)
	require.Equal(t, "application/json", req.Header.Get("Content-Type"))
	require.Empty(t, req.Header.Get("Authorization"))
	require.Equal(t, map[string]any{"timestamp": "2026-01-02T03:04:05.678901234Z",
		"host": map[string]any{"id": 1.0, "uuid": m.uuid, "hardware_serial": m.serial}}, <-bodies)

	c.pass(time.Hour - time.Minute)
	r.enable("forced", hook.URL+"/moved")
	require.Equal(t, 204, m.migrate().Code, "a redirect is followed, and counts")
	require.Equal(t, "POST", (<-got).Method)
	require.Equal(t, "GET", (<-got).Method)
}

// Fleet sends five webhooks for five calls at once; this server takes a lock.
func TestMigrateAtOnceSendsOne(t *testing.T) {
	hook := newReceiver(t, http.StatusOK)
	r := newRig(t)
	m := r.newMac("000000000001")
	r.enable("forced", hook.URL)
	var all sync.WaitGroup
	codes := make(chan int, 8)
	for range cap(codes) {
		all.Go(func() {
			req := httptest.NewRequestWithContext(t.Context(), "POST", devicePath+m.token+"/migrate_mdm", nil)
			rec := httptest.NewRecorder()
			r.srv.ServeHTTP(rec, req)
			codes <- rec.Code
		})
	}
	all.Wait()
	close(codes)
	for code := range codes {
		require.Equal(t, 204, code)
	}
	require.Len(t, hook.bodies, 1)
}

// Who waits for another call of the same host, and hangs up, has sent nothing.
func TestMigrateThatWaitsMayHangUp(t *testing.T) {
	started, end := make(chan struct{}), make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(started) // a second webhook would close it again, and panic
		<-end
	}))
	t.Cleanup(hook.Close)
	r := newRig(t)
	m := r.newMac("000000000001")
	r.enable("forced", hook.URL)
	first := make(chan int)
	go func() { first <- serve(r, "POST", devicePath+m.token+"/migrate_mdm", "") }()
	<-started
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	rec := httptest.NewRecorder()
	r.srv.ServeHTTP(rec, httptest.NewRequestWithContext(gone, "POST", devicePath+m.token+"/migrate_mdm", nil))
	r.refused(rec, 499, "Client Closed Request", "base: context canceled")
	close(end)
	require.Equal(t, 204, <-first)
	host, err := r.srv.Host(m.serial)
	require.NoError(t, err)
	require.Len(t, host.Webhooks, 1)
}

// The webhook belongs to the device's request: it ends when the device hangs up.
func TestMigrateEndsWithTheDevice(t *testing.T) {
	started := make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		_, _ = req.Body.Read(make([]byte, 1024)) // only then is a hang-up seen
		close(started)
		<-req.Context().Done()
	}))
	t.Cleanup(hook.Close)
	r := newRig(t)
	m := r.newMac("000000000001")
	r.enable("forced", hook.URL)
	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-started
		hangUp()
	}()
	req := httptest.NewRequestWithContext(ctx, "POST", devicePath+m.token+"/migrate_mdm", nil)
	rec := httptest.NewRecorder()
	r.srv.ServeHTTP(rec, req)
	require.Equal(t, 500, rec.Code)
	host, err := r.srv.Host(m.serial)
	require.NoError(t, err)
	require.Nil(t, host.RefetchCriticalUntil)
	require.Len(t, host.Webhooks, 1)
	require.True(t, strings.Contains(host.Webhooks[0].Error, "context canceled"), host.Webhooks[0].Error)
}
