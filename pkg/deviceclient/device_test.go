package deviceclient_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/testdata/mockserver"
)

func TestEveryDeviceEndpoint(t *testing.T) {
	r := newRig(t)
	c, ctx := r.device(), t.Context()
	require.NoError(t, c.Ping(ctx))
	require.NoError(t, c.CheckToken(ctx))

	s, err := c.Summary(ctx)
	require.NoError(t, err)
	require.Zero(t, s.Notifications, "the workflow is off")
	require.False(t, s.Partial)
	require.ErrorContains(t, c.MigrateMDM(ctx), "400")

	r.enable("forced")
	s, err = c.Summary(ctx)
	require.NoError(t, err)
	require.Equal(t, deviceclient.Notifications{NeedsMDMMigration: true}, s.Notifications)
	require.True(t, s.Config.MDM.MacOSMigration.Mode.Forced())
	require.Equal(t, "Example", s.Config.OrgInfo.OrgName)
	require.Equal(t, "https://help.example.com", s.Config.OrgInfo.ContactURL)

	require.NoError(t, c.Refetch(ctx))
	require.NoError(t, c.MigrateMDM(ctx))
	require.NoError(t, c.MigrateMDM(ctx), "within three minutes the server says the same")
	var body struct {
		Timestamp time.Time
		Host      struct {
			ID     uint
			UUID   string
			Serial string `json:"hardware_serial"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(<-r.hook), &body))
	require.Equal(t, hardwareUUID, body.Host.UUID)
	require.Equal(t, "SERIAL1", body.Host.Serial)
	require.NotZero(t, body.Host.ID)
	require.Empty(t, r.hook, "one webhook")
}

func TestRequestsAreWhatTheServerExpects(t *testing.T) {
	r := newRig(t)
	calls := r.since()
	c, ctx := r.device(), t.Context()
	_ = c.Ping(ctx)
	_ = c.CheckToken(ctx)
	_, _ = c.Summary(ctx)
	_ = c.MigrateMDM(ctx)
	_ = c.Refetch(ctx)
	device := "/api/latest/fleet/device/" + deviceToken
	require.Equal(t, []string{"HEAD /api/fleet/device/ping", "HEAD " + device + "/ping", "GET " + device + "/desktop",
		"POST " + device + "/migrate_mdm", "POST " + device + "/refetch"}, calls())
}

func TestOldServerHasNoSummary(t *testing.T) {
	for name, c := range map[string]struct {
		policies string
		failing  uint
	}{
		"no policies":   {`{"policies":[]}`, 0},
		"null":          {`{"policies":null}`, 0},
		"two of three":  {`{"policies":[{"response":"pass"},{"response":"fail"},{"response":""}]}`, 2},
		"unknown words": {`{"policies":[{"id":1,"response":"pass","new":{"a":1}}],"newer":true}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.admin(http.MethodPut, "/control/faults", map[string]any{"faults": []any{
				map[string]any{"route": summaryRoute, "kind": "status", "status": 404},
				map[string]any{"route": policiesRoute, "kind": "status", "status": 200, "body": c.policies}}})
			s, err := r.device().Summary(t.Context())
			require.NoError(t, err)
			require.Equal(t, &deviceclient.Summary{Partial: true, FailingPolicies: c.failing}, s)
		})
	}
}

func TestOldServerWithoutEitherIsAnError(t *testing.T) {
	r := newRig(t)
	r.fault(map[string]any{"route": "*", "kind": "status", "status": 404})
	c := r.device()
	_, err := c.Summary(t.Context())
	require.ErrorIs(t, err, deviceclient.ErrNotFound)
	require.ErrorContains(t, err, "older server")
	require.NoError(t, c.Ping(t.Context()), "an old server has no ping, and is there all the same")
}

func TestNewerServersSayMore(t *testing.T) {
	r := newRig(t)
	r.fault(map[string]any{"route": summaryRoute, "kind": "status", "status": 200, "content_type": "text/plain; charset=utf-8",
		"body": `{"failing_policies_count":3,"notifications":{"renew_enrollment_profile":true,"new":1},"config":{"org_info":{"org_logo_url":"old-dark",
		"org_logo_url_light_background":"old-light","org_logo_url_dark_mode":"dark"},"mdm":{"macos_migration":{"mode":"gentle"}}},"alternative_browser_host":"b.example.com","x":[]}`})
	c := r.device()
	s, err := c.Summary(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 3, s.FailingPolicies)
	require.Equal(t, deviceclient.Notifications{RenewEnrollmentProfile: true}, s.Notifications)
	require.Equal(t, "dark", s.Config.OrgInfo.DarkLogo(), "the newer member wins")
	require.Equal(t, "old-light", s.Config.OrgInfo.LightLogo())
	require.False(t, s.Config.MDM.MacOSMigration.Mode.Forced(), "only the known word forces")
	link, err := c.BrowserURL(t.Context(), "my_device")
	require.NoError(t, err)
	require.Equal(t, "http://b.example.com/device/"+deviceToken, link)
}

func TestFreeLicenseIs402(t *testing.T) {
	r := newRig(t, func(c *mockserver.Config) { c.License = mockserver.Free })
	_, err := r.device().Summary(t.Context())
	require.ErrorIs(t, err, deviceclient.ErrMissingLicense)
}

// tokens gives one after the other; the last one again and again.
func tokens(list ...string) func() (string, error) {
	return func() (string, error) {
		t := list[0]
		if len(list) > 1 {
			list = list[1:]
		}
		return t, nil
	}
}

func TestTokenIsReadAgainAfter401(t *testing.T) {
	const stale, staler = "stale-token-1234", "stale-token-5678"
	for name, c := range map[string]struct {
		token func() (string, error)
		calls int
		fails error
	}{
		"rotated":         {tokens(stale, deviceToken), 2, nil},
		"the same":        {tokens(stale, stale), 1, deviceclient.ErrUnauthenticated},
		"another bad one": {tokens(stale, staler), 2, deviceclient.ErrUnauthenticated},
		"good":            {tokens(deviceToken), 1, nil},
		"gone meanwhile":  {tokens(stale, ""), 1, deviceclient.ErrUnauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			client := r.device(func(cfg *deviceclient.Config) { cfg.Token = c.token })
			calls := r.since()
			_, err := client.Summary(t.Context())
			require.ErrorIs(t, err, c.fails)
			require.Len(t, calls(), c.calls)
		})
	}
}

func TestMigrateIsNotRepeatedForAWebhooks401(t *testing.T) {
	r := newRig(t)
	r.enable("voluntary")
	r.fault(map[string]any{"route": migrateRoute, "kind": "status", "status": 401})
	calls := r.since()
	require.ErrorIs(t, r.device().MigrateMDM(t.Context()), deviceclient.ErrUnauthenticated)
	require.Len(t, calls(), 1)
}

func TestUnusableTokensAreNeverSent(t *testing.T) {
	cause := errors.New("permission denied")
	for name, token := range map[string]func() (string, error){
		"none":       nil,
		"unreadable": func() (string, error) { return "", cause },
		"missing":    func() (string, error) { return "", deviceclient.ErrNoToken },
		"empty":      fixed(""),
		"line break": fixed("\n"),
		"path":       fixed("../../../api/latest/fleet/config"),
		"query":      fixed("8b1f9e5c-0000?x=1"),
		"two lines":  fixed("8b1f9e5c-0000\n8b1f9e5c-0000"),
		"NUL":        fixed("8b1f9e5c-0000\x00"),
		"BOM":        fixed("\ufeff8b1f9e5c-0000"),
		"short":      fixed("1234567"),
		"a megabyte": fixed(string(make([]byte, 1<<20))),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			c := r.device(func(cfg *deviceclient.Config) { cfg.Token = token })
			calls := r.since()
			_, err := c.Summary(t.Context())
			require.ErrorIs(t, err, deviceclient.ErrNoToken)
			require.ErrorIs(t, c.MigrateMDM(t.Context()), deviceclient.ErrNoToken)
			_, err = c.BrowserURL(t.Context(), "my_device")
			require.ErrorIs(t, err, deviceclient.ErrNoToken)
			require.Empty(t, calls())
		})
	}
	r := newRig(t)
	_, err := r.device(func(cfg *deviceclient.Config) { cfg.Token = func() (string, error) { return "", cause } }).Summary(t.Context())
	require.ErrorIs(t, err, cause)
}

func TestTokenMayEndInALineBreak(t *testing.T) {
	r := newRig(t)
	require.NoError(t, r.device(func(cfg *deviceclient.Config) { cfg.Token = fixed(deviceToken + "\r\n") }).CheckToken(t.Context()))
}

func TestServerBelowAPath(t *testing.T) {
	r := newRig(t)
	inner := r.Config.Handler
	r.Config.Handler = http.StripPrefix("/fleet/eu", inner)
	for _, url := range []string{r.URL + "/fleet/eu", r.URL + "/fleet/eu/"} {
		c := r.device(func(cfg *deviceclient.Config) { cfg.ServerURL = url })
		require.NoError(t, c.CheckToken(t.Context()))
		link, err := c.BrowserURL(t.Context(), "my_device")
		require.NoError(t, err)
		require.Equal(t, r.URL+"/fleet/eu/device/"+deviceToken, link)
	}
}

func TestBrowserLinks(t *testing.T) {
	for name, c := range map[string]struct {
		server, host, page, want string
	}{
		"my device":    {"https://f.example.com", "", "my_device", "https://f.example.com/device/" + deviceToken},
		"transparency": {"https://f.example.com", "", "transparency", "https://f.example.com/api/latest/fleet/device/" + deviceToken + "/transparency"},
		"other host":   {"https://f.example.com:8080/x", "b.example.com:1", "my_device", "https://b.example.com:1/x/device/" + deviceToken},
		"escaped path": {"https://f.example.com/a%2Fb/", "", "my_device", "https://f.example.com/a%2Fb/device/" + deviceToken},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := deviceclient.New(deviceclient.Config{ServerURL: c.server, BrowserHost: c.host, Token: fixed(deviceToken)})
			require.NoError(t, err)
			link, err := client.BrowserURL(t.Context(), c.page)
			require.NoError(t, err)
			require.Equal(t, c.want, link)
		})
	}
	client, err := deviceclient.New(deviceclient.Config{ServerURL: "https://f.example.com", Token: fixed(deviceToken)})
	require.NoError(t, err)
	_, err = client.BrowserURL(t.Context(), "admin")
	require.ErrorContains(t, err, `no page "admin"`)
}
