package deviceclient_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

type fields = map[string]any

func TestWhatGoesWrongHasAType(t *testing.T) {
	for name, c := range map[string]struct {
		fault  fields
		is     error
		status int
		says   string
	}{
		"401":             {fields{"kind": "status", "status": 401}, deviceclient.ErrUnauthenticated, 401, "401 Unauthorized"},
		"402":             {fields{"kind": "status", "status": 402}, deviceclient.ErrMissingLicense, 402, "402 Payment Required"},
		"404":             {fields{"kind": "status", "status": 404}, deviceclient.ErrNotFound, 404, "404 Not Found"},
		"400":             {fields{"kind": "status", "status": 400, "body": `{"message":"Bad request","errors":[{"name":"base","reason":""}]}`}, nil, 400, "400 Bad Request: Bad request"},
		"409":             {fields{"kind": "status", "status": 409}, deviceclient.ErrConflict, 409, ""},
		"429":             {fields{"kind": "status", "status": 429}, deviceclient.ErrRateLimited, 429, ""},
		"500":             {fields{"kind": "status", "status": 500}, nil, 500, "fault on demand"},
		"500 in HTML":     {fields{"kind": "status", "status": 502, "body": "<h1>Bad Gateway</h1>", "content_type": "text/html"}, nil, 502, "502 Bad Gateway"},
		"osquery's words": {fields{"kind": "status", "status": 500, "body": `{"error":"boom"}`}, nil, 500, "500 Internal Server Error: boom"},
		"portal":          {fields{"kind": "html"}, deviceclient.ErrNotJSON, 0, "login page"},
		"broken JSON":     {fields{"kind": "malformed"}, deviceclient.ErrNotJSON, 0, ""},
		"truncated":       {fields{"kind": "truncate"}, nil, 0, "reading the answer"},
		"a list":          {fields{"kind": "status", "status": 200, "body": `[1]`}, deviceclient.ErrNotJSON, 0, ""},
		"null":            {fields{"kind": "status", "status": 200, "body": `null`}, deviceclient.ErrNotJSON, 0, ""},
		"a text":          {fields{"kind": "status", "status": 200, "body": `"ok"`}, deviceclient.ErrNotJSON, 0, ""},
		"nothing":         {fields{"kind": "status", "status": 200, "body": " "}, deviceclient.ErrNotJSON, 0, ""},
		"wrong kinds":     {fields{"kind": "status", "status": 200, "body": `{"config":7}`}, deviceclient.ErrNotJSON, 0, ""},
		"two values":      {fields{"kind": "status", "status": 200, "body": `{}{}`}, deviceclient.ErrNotJSON, 0, ""},
		"endless":         {fields{"kind": "big"}, deviceclient.ErrTooLarge, 0, "64 KiB"},
		"other host":      {fields{"kind": "redirect", "body": "http://127.0.0.1:1/login"}, deviceclient.ErrNotJSON, 0, ""},
		"circle":          {fields{"kind": "redirect", "body": "/api/latest/fleet/device/" + deviceToken + "/desktop"}, nil, 0, "circle"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			c.fault["route"] = summaryRoute
			if c.status == http.StatusNotFound {
				c.fault["route"] = "*"
			}
			r.fault(c.fault)
			_, err := r.device().Summary(t.Context())
			require.Error(t, err)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			require.Equal(t, c.status, deviceclient.StatusOf(err))
			require.ErrorContains(t, err, c.says)
			require.False(t, deviceclient.IsOffline(err))
			require.NotContains(t, err.Error(), deviceToken)
			require.Zero(t, deviceclient.RetryAfter(err))
		})
	}
}

func TestResetIsOffline(t *testing.T) {
	r := newRig(t)
	r.fault(fields{"route": summaryRoute, "kind": "reset"})
	_, err := r.device().Summary(t.Context())
	require.Error(t, err)
	require.NotContains(t, err.Error(), deviceToken)
	require.Zero(t, deviceclient.StatusOf(err))
}

func TestNobodyListens(t *testing.T) {
	r := newRig(t)
	c := r.device()
	r.Close()
	_, err := c.Summary(t.Context())
	require.True(t, deviceclient.IsOffline(err), err)
	require.NotContains(t, err.Error(), deviceToken)
	require.True(t, deviceclient.IsOffline(&net.DNSError{Err: "no such host", Name: "fleet.example.com"}))
	require.False(t, deviceclient.IsOffline(nil))
	require.False(t, deviceclient.IsOffline(deviceclient.ErrTimeout))
	require.Zero(t, deviceclient.RetryAfter(errors.New("x")))
}

// A page under a good status must not pass for a started migration.
func TestMigrateWantsItsOwnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		fault fields
		is    error
	}{
		"portal":             {fields{"kind": "html"}, deviceclient.ErrNotJSON},
		"an empty 200":       {fields{"kind": "status", "status": 200, "body": " "}, deviceclient.ErrNotJSON},
		"JSON under 200":     {fields{"kind": "status", "status": 200, "body": `{}`}, deviceclient.ErrNotJSON},
		"redirect to a page": {fields{"kind": "redirect", "body": "/api/fleet/device/ping"}, deviceclient.ErrNotJSON},
		"endless":            {fields{"kind": "big"}, deviceclient.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.enable("voluntary")
			c.fault["route"] = migrateRoute
			r.fault(c.fault)
			require.ErrorIs(t, r.device().MigrateMDM(t.Context()), c.is)
			require.Empty(t, r.hook)
		})
	}
}

func TestPortalAnswersAPing(t *testing.T) {
	r := newRig(t)
	r.fault(fields{"route": "*", "kind": "html"})
	c := r.device()
	require.ErrorIs(t, c.Ping(t.Context()), deviceclient.ErrNotJSON)
	require.ErrorIs(t, c.CheckToken(t.Context()), deviceclient.ErrNotJSON)
}

func TestRetryAfter(t *testing.T) {
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		header   string
		min, max time.Duration
	}{
		"seconds":       {"3600", time.Hour, time.Hour},
		"a date":        {date(time.Hour), 59 * time.Minute, time.Hour},
		"a past date":   {date(-time.Hour), 0, 0},
		"zero":          {"0", 0, 0},
		"negative":      {"-5", 0, 0},
		"nonsense":      {"soon", 0, 0},
		"a fraction":    {"1.5", 0, 0},
		"a week":        {"604800", 24 * time.Hour, 24 * time.Hour},
		"a far date":    {date(400 * 24 * time.Hour), 24 * time.Hour, 24 * time.Hour},
		"overflowing":   {"99999999999", 24 * time.Hour, 24 * time.Hour},
		"out of bounds": {"99999999999999999999999", 24 * time.Hour, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			for _, status := range []int{429, 503} {
				r.fault(fields{"route": summaryRoute, "kind": "status", "status": status, "retry_after": c.header})
				_, err := r.device().Summary(t.Context())
				require.Equal(t, status, deviceclient.StatusOf(err))
				require.GreaterOrEqual(t, deviceclient.RetryAfter(err), c.min)
				require.LessOrEqual(t, deviceclient.RetryAfter(err), c.max)
			}
		})
	}
}

func TestServersWordsFitALogLine(t *testing.T) {
	r := newRig(t)
	long := strings.Repeat("é", 5000)
	r.fault(fields{"route": summaryRoute, "kind": "status", "status": 500, "body": `{"message":"a\r\nb\u001b[31m","errors":[{"reason":"` + long + `"}]}`})
	_, err := r.device().Summary(t.Context())
	require.ErrorContains(t, err, "a  b [31m")
	require.Less(t, len([]rune(err.Error())), 400)
	require.NotContains(t, err.Error(), "\n")
}

// A server, or what stands between, may say the address again.
func TestNoSecretInAnyError(t *testing.T) {
	for name, fault := range map[string]fields{
		"in the words":   {"kind": "status", "status": 500, "body": `{"message":"no route /device/` + deviceToken + `/desktop"}`},
		"in the reason":  {"kind": "status", "status": 400, "body": `{"message":"x","errors":[{"reason":"` + deviceToken + `"}]}`},
		"redirect":       {"kind": "redirect", "body": "http://127.0.0.1:1/" + deviceToken},
		"bad redirect":   {"kind": "redirect", "body": "http://%zz/" + deviceToken},
		"no such scheme": {"kind": "redirect", "body": "x:" + deviceToken},
		"reset":          {"kind": "reset"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			fault["route"] = "*"
			r.fault(fault)
			c := r.device()
			_, err := c.Summary(t.Context())
			for _, err := range []error{err, c.MigrateMDM(t.Context()), c.CheckToken(t.Context()), c.Refetch(t.Context())} {
				require.Error(t, err)
				require.NotContains(t, err.Error(), deviceToken)
			}
		})
	}
}
