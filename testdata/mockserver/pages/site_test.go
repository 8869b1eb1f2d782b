package pages_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
	"fleetmigrate/testdata/mockserver"
	"fleetmigrate/testdata/mockserver/pages"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

const (
	adminToken    = "admin-1"
	gitopsToken   = "gitops-1"
	observerToken = "observer-1"
)

const (
	mdmPath = "/settings/integrations/mdm"
	orgPath = "/settings/organization/info"
)

// site is a server with its pages.
type site struct {
	t   *testing.T
	srv *mockserver.Server
	url string
}

func newSite(t *testing.T, change ...func(*mockserver.Config)) *site {
	t.Helper()
	dir := t.TempDir()
	cfg := mockserver.Config{AdminToken: adminToken, GitOpsToken: gitopsToken, ObserverToken: observerToken,
		EnrollSecret: "secret-1", OrgName: "Acme", Control: true,
		Pages: func(api http.Handler) (http.Handler, error) { return pages.New(api, dir) }}
	for _, c := range change {
		c(&cfg)
	}
	srv, err := mockserver.New(cfg)
	require.NoError(t, err)
	listener := httptest.NewServer(srv)
	t.Cleanup(listener.Close)
	require.NoError(t, srv.SetServerURL(listener.URL))
	return &site{t, srv, listener.URL}
}

// api calls the server as an admin and decodes its answer.
func (s *site) api(method, path string, body any) (answer map[string]any) {
	s.t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(s.t, err)
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(encoded))
	require.NoError(s.t, err)
	req.Header.Set("Authorization", "Bearer "+adminToken)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, resp.StatusCode, string(raw))
	require.NoError(s.t, json.Unmarshal(raw, &answer))
	return answer
}

func (s *site) patch(config map[string]any) {
	s.t.Helper()
	s.api("PATCH", "/api/latest/fleet/config", config)
}

// enable turns the workflow on behind the page's back.
func (s *site) enable(mode, webhookURL string) {
	s.t.Helper()
	s.patch(map[string]any{"mdm": map[string]any{"macos_migration": map[string]any{"enable": true, "mode": mode, "webhook_url": webhookURL}}})
}

// migration is what is stored of the workflow.
func (s *site) migration() map[string]any {
	s.t.Helper()
	return s.api("GET", "/api/latest/fleet/config", nil)["mdm"].(map[string]any)["macos_migration"].(map[string]any)
}

// fault makes the next call of a route go wrong.
func (s *site) fault(fault map[string]any) {
	s.t.Helper()
	s.api("POST", "/control/faults", fault)
}

func (s *site) addHost(n mockserver.NewHost) mockserver.HostKeys {
	s.t.Helper()
	keys, err := s.srv.AddHost(n)
	require.NoError(s.t, err)
	return keys
}

// jo is a Mac that can move by automatic enrollment.
var jo = mockserver.NewHost{UUID: "5BEE866A-A84B-4F44-9A2F-4A1B0C6D7E8F", Serial: "C02ABC", ComputerName: "Jo's Mac", DeviceToken: "device-token-jo",
	Enrolled: true, ServerURL: "https://acme.jamfcloud.com/mdm", FromDEP: true, Assigned: true}

// login logs in by the page and ends at path.
func (s *site) login(b *browser.Tab, token, path string) {
	s.t.Helper()
	b.Go(s.url + path)
	b.Fill("#token", token)
	b.Click("#login")
	b.Wait("location.pathname + location.search === " + quoted(path))
	b.Wait("document.readyState === 'complete'")
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text)
	return string(encoded)
}

// attribute is "" where the element does not have it.
func attribute(b *browser.Tab, css, name string) string {
	return browser.Eval[string](b, "document.querySelector("+quoted(css)+").getAttribute("+quoted(name)+") ?? ''")
}

// property is a property of an element, such as its value.
func property[T any](b *browser.Tab, css, name string) T {
	return browser.Eval[T](b, "document.querySelector("+quoted(css)+")."+name)
}
