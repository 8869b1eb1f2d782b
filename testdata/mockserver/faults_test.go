package mockserver_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

const desktopRoute = "GET /api/latest/fleet/device/{token}/desktop"

func TestControlIsOffUnlessAskedFor(t *testing.T) {
	on, off := newRig(t, control), newRig(t)
	for _, call := range []string{"GET /control/faults", "PUT /control/faults", "POST /control/faults", "DELETE /control/faults",
		"PUT /control/chaos", "GET /control/clock", "PUT /control/clock", "GET /control/requests"} {
		method, path, _ := strings.Cut(call, " ")
		require.Equal(t, 404, off.call(method, path, map[string]any{}).Code, call)
		require.NotEqual(t, 404, on.call(method, path, map[string]any{}).Code, call)
		for _, from := range []string{"192.0.2.1:1234", "[2001:db8::1]:1234", "nonsense"} {
			req := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader("{}"))
			req.RemoteAddr = from
			rec := httptest.NewRecorder()
			on.srv.ServeHTTP(rec, req)
			require.Equal(t, 404, rec.Code, "only on this machine")
		}
	}
	require.Equal(t, 404, on.call("PUT", "/control/clock", map[string]any{"offset": "1h"}, "Sec-Fetch-Site", "cross-site").Code, "no page of another site")
	for _, header := range []string{"X-Forwarded-For", "Forwarded"} {
		require.Equal(t, 404, on.call("PUT", "/control/clock", map[string]any{"offset": "1h"}, header, "192.0.2.1").Code, "nobody behind a proxy")
	}
}

func TestFaultsAreChecked(t *testing.T) {
	r := newRig(t, control)
	for _, c := range []struct{ fault, sees string }{
		{`{"route":"GET /nowhere"}`, `route \"GET /nowhere\" matches nothing`},
		{`{"route":"GET /control/faults"}`, "matches nothing"},
		{`{"route":"*","kind":"odd"}`, `kind is \"odd\": want status, hang`},
		{`{"route":"*","kind":"status"}`, "status is 0: want 200 to 599"},
		{`{"route":"*","kind":"status","status":99}`, "status is 99"},
		{`{"route":"*","kind":"content_type"}`, "needs content_type"},
		{`{"route":"*","kind":"redirect"}`, "needs body: the URL"},
		{`{"route":"*","kind":"slow"}`, "needs a latency"},
		{`{"route":"*","times":-1}`, "must not be negative"},
		{`{"route":"*","latency":"soon"}`, "soon"},
		{`{"route":"*","rout":"*"}`, "rout"},
		{`[]`, ""}, {``, ""},
	} {
		for _, call := range []struct{ method, body string }{{"POST", c.fault}, {"PUT", `{"faults":[{"route":"*","kind":"html"},` + c.fault + `]}`}} {
			rec := r.call(call.method, "/control/faults", call.body)
			require.Contains(t, []int{400, 422}, rec.Code, call.body)
			require.Contains(t, rec.Body.String(), c.sees)
			require.Empty(t, r.ok(r.call("GET", "/control/faults", nil), 200)["faults"], "nothing is changed")
		}
	}
	for _, body := range []string{`{"rate":1.5}`, `{"rate":-1}`, `{"rate":0.5,"kinds":["big"]}`, `{"rate":0.5,"routes":["GET /nowhere"]}`, `{"rat":1}`} {
		require.Contains(t, []int{400, 422}, r.call("PUT", "/control/chaos", body).Code, body)
	}
	require.Equal(t, 400, r.call("PUT", "/control/clock", `{"offset":"later"}`).Code)
}

// wired is a server behind a real connection, which some faults break.
type wired struct {
	*mac
	url string
}

func newWired(t *testing.T) *wired {
	t.Helper()
	r := newRig(t, control)
	m := r.newMac("000000000001")
	srv := httptest.NewServer(r.srv)
	t.Cleanup(srv.Close)
	return &wired{m, srv.URL}
}

func (w *wired) fault(fault string) {
	w.t.Helper()
	w.ok(w.call("PUT", "/control/faults", `{"faults":[`+fault+`]}`), 200)
}

func (w *wired) poll() (*http.Response, []byte, error) {
	w.t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(w.url + devicePath + w.token + "/desktop")
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

func TestFaultKinds(t *testing.T) {
	w := newWired(t)
	_, real, err := w.poll()
	require.NoError(t, err)
	route := `"route":"` + desktopRoute + `"`
	for _, c := range []struct {
		name, fault string
		check       func(*testing.T, *http.Response, []byte, error)
	}{
		{"status", `{` + route + `,"kind":"status","status":503,"retry_after":"30"}`, func(t *testing.T, r *http.Response, body []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, 503, r.StatusCode)
			require.Equal(t, "30", r.Header.Get("Retry-After"))
			require.Contains(t, string(body), `"message": "Service Unavailable"`)
		}},
		{"status with a body", `{` + route + `,"kind":"status","status":200,"body":"{}","content_type":"text/plain"}`, func(t *testing.T, r *http.Response, body []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, "{}", string(body))
			require.Equal(t, "text/plain", r.Header.Get("Content-Type"))
		}},
		{"reset", `{` + route + `,"kind":"reset"}`, func(t *testing.T, _ *http.Response, _ []byte, err error) {
			require.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), "%v", err)
		}},
		{"truncate", `{` + route + `,"kind":"truncate"}`, func(t *testing.T, _ *http.Response, body []byte, err error) {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.Equal(t, string(real[:len(real)/2]), string(body))
		}},
		{"malformed", `{` + route + `,"kind":"malformed"}`, func(t *testing.T, r *http.Response, body []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, 200, r.StatusCode)
			require.False(t, json.Valid(body))
		}},
		{"html", `{` + route + `,"kind":"html"}`, func(t *testing.T, r *http.Response, body []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, "text/html; charset=utf-8", r.Header.Get("Content-Type"))
			require.Contains(t, string(body), "<html>")
		}},
		{"content type", `{` + route + `,"kind":"content_type","content_type":"text/csv"}`, func(t *testing.T, r *http.Response, body []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, "text/csv", r.Header.Get("Content-Type"))
			require.Equal(t, string(real), string(body))
		}},
		{"redirect", `{` + route + `,"kind":"redirect","body":"https://elsewhere.example.com/"}`, func(t *testing.T, r *http.Response, _ []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, 302, r.StatusCode)
			require.Equal(t, "https://elsewhere.example.com/", r.Header.Get("Location"))
		}},
		{"slow", `{` + route + `,"kind":"slow","latency":"1us"}`, func(t *testing.T, _ *http.Response, body []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, string(real), string(body))
		}},
		{"latency only", `{` + route + `,"latency":"1us"}`, func(t *testing.T, _ *http.Response, body []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, string(real), string(body))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.fault(c.fault)
			r, body, err := w.poll()
			c.check(t, r, body, err)
		})
	}
	t.Run("big does not end by itself", func(t *testing.T) {
		w.fault(`{` + route + `,"kind":"big"}`)
		resp, err := http.Get(w.url + devicePath + w.token + "/desktop")
		require.NoError(t, err)
		defer resp.Body.Close()
		n, err := io.CopyN(io.Discard, resp.Body, 16<<20)
		require.NoError(t, err)
		require.Equal(t, int64(16<<20), n)
	})
	t.Run("hang lasts until the faults are taken back", func(t *testing.T) {
		w.fault(`{` + route + `,"kind":"hang"}`)
		ended := make(chan error, 1)
		go func() {
			_, _, err := w.poll()
			ended <- err
		}()
		w.awaitStruck()
		require.Empty(t, ended)
		w.ok(w.call("DELETE", "/control/faults", nil), 200)
		require.Error(t, <-ended)
		_, body, err := w.poll()
		require.NoError(t, err)
		require.Equal(t, string(real), string(body))
	})
	t.Run("or until chaos ends", func(t *testing.T) {
		w.ok(w.call("PUT", "/control/chaos", `{"rate":1,"kinds":["hang"],"routes":["`+desktopRoute+`"]}`), 200)
		ended := make(chan error, 1)
		go func() {
			_, _, err := w.poll()
			ended <- err
		}()
		w.ok(w.call("PUT", "/control/chaos", `{"rate":0}`), 200)
		<-ended // whether it hung already or was never struck
		_, body, err := w.poll()
		require.NoError(t, err)
		require.Equal(t, string(real), string(body))
	})
	t.Run("a latency too", func(t *testing.T) {
		w.fault(`{` + route + `,"latency":"1h"}`)
		ended := make(chan error, 1)
		go func() {
			_, _, err := w.poll()
			ended <- err
		}()
		w.awaitStruck()
		w.ok(w.call("DELETE", "/control/faults", nil), 200)
		require.NoError(t, <-ended)
	})
}

// awaitStruck returns when the fault in force has hit a request.
func (w *wired) awaitStruck() {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		return at(w.ok(w.call("GET", "/control/faults", nil), 200)["faults"].([]any)[0], "struck") == 1.0
	}, 10*time.Second, time.Millisecond)
}

func TestFaultsByRouteAndCount(t *testing.T) {
	r := newRig(t, control)
	m := r.newMac("000000000001")
	put := func(faults string) { r.ok(r.call("PUT", "/control/faults", `{"faults":[`+faults+`]}`), 200) }
	codes := func(n int) (all []int) {
		for range n {
			all = append(all, r.call("GET", "/api/v1/fleet/device/"+m.token+"/desktop", nil).Code)
		}
		return all
	}
	put(`{"route":"` + desktopRoute + `","kind":"status","status":500,"times":2,"after":1}`)
	require.Equal(t, []int{200, 500, 500, 200}, codes(4))
	require.Equal(t, 200, r.call("GET", devicePath+m.token, nil).Code, "another route")
	put(`{"route":"` + desktopRoute + `","kind":"status","status":500,"times":1},{"route":"* /api/latest/fleet/device/*","kind":"status","status":502}`)
	require.Equal(t, []int{500, 502}, codes(2), "in their order")
	require.Equal(t, 502, r.call("POST", devicePath+m.token+"/refetch", nil).Code)
	require.Equal(t, 200, r.call("HEAD", "/api/fleet/orbit/ping", nil).Code)
	put(`{"route":"*","kind":"status","status":418}`)
	require.Equal(t, 418, r.call("HEAD", "/api/fleet/orbit/ping", nil).Code)
	require.Equal(t, 200, r.call("GET", "/control/clock", nil).Code, "never the control API itself")
	r.ok(r.call("POST", "/control/faults", `{"route":"*","kind":"html"}`), 200)
	require.Len(t, r.ok(r.call("GET", "/control/faults", nil), 200)["faults"], 2)
}

func TestChaosComesFromASeed(t *testing.T) {
	run := func(seed string) (codes []int) {
		r := newRig(t, control, func(c *mockserver.Config) { c.Seed = 7 })
		m := r.newMac("000000000001")
		r.ok(r.call("PUT", "/control/chaos", `{`+seed+`"rate":0.5,"kinds":["status"],"routes":["`+desktopRoute+`"]}`), 200)
		for range 60 {
			codes = append(codes, r.call("GET", devicePath+m.token+"/desktop", nil).Code)
		}
		r.ok(r.call("PUT", "/control/chaos", `{"rate":0}`), 200)
		require.Equal(t, 200, r.call("GET", devicePath+m.token+"/desktop", nil).Code)
		return codes
	}
	first := run("")
	require.Equal(t, first, run(`"seed":7,`), "the server's seed is the default")
	require.NotEqual(t, first, run(`"seed":8,`))
	require.Contains(t, first, 200)
	require.Contains(t, first, 503)
}

func TestClockCanBeSetAhead(t *testing.T) {
	r := newRig(t, control)
	m := r.newMac("000000000001")
	require.Equal(t, "0s", r.ok(r.call("GET", "/control/clock", nil), 200)["offset"])
	require.Equal(t, "1h5m0s", r.ok(r.call("PUT", "/control/clock", `{"offset":"1h5m"}`), 200)["offset"])
	require.Equal(t, 401, r.call("GET", devicePath+m.token, nil).Code, "the token ran out")
	r.ok(r.call("PUT", "/control/clock", `{"offset":"0s"}`), 200)
	require.Equal(t, 200, r.call("GET", devicePath+m.token, nil).Code)
}

func TestRequestLogHoldsNoSecret(t *testing.T) {
	var log strings.Builder
	r := newRig(t, control, func(c *mockserver.Config) { c.Log = &log })
	m := r.newMac("000000000001")
	hook := newReceiver(t, 200)
	r.enable("forced", hook.URL+"?token=hook-secret")
	m.summary()
	m.migrate()
	r.call("GET", devicePath+m.token+"/nowhere?x="+m.token, nil)
	for _, path := range []string{"/device/", "/device//", "//device/", "/api/LATEST/fleet/Device/", "/api/latest/fleet//device///", "/device/device/"} {
		r.call("GET", path+m.token, nil)
	}
	r.call("GET", "/control/requests", nil)
	for _, hidden := range []string{m.token, m.orbitKey, m.nodeKey, secret, adminToken, "hook-secret"} {
		require.NotContains(t, log.String(), hidden)
	}
	lines := bufio.NewScanner(strings.NewReader(log.String()))
	routes := map[any]any{}
	for lines.Scan() {
		var line map[string]any
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), lines.Text())
		require.NotEmpty(t, line["at"])
		routes[line["route"]] = line["status"]
	}
	require.Equal(t, 200.0, routes[desktopRoute])
	require.Equal(t, 204.0, routes["POST /api/latest/fleet/device/{token}/migrate_mdm"])
	requests := r.ok(r.call("GET", "/control/requests", nil), 200)["requests"].([]any)
	require.Equal(t, "GET /control/requests", at(requests[len(requests)-1], "route"))
}
