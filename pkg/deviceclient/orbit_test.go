package deviceclient_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

func TestEveryOrbitEndpoint(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	require.NoError(t, r.orbit.Ping(ctx))
	cfg, err := r.orbit.Config(ctx, r.nodeKey)
	require.NoError(t, err)
	require.Zero(t, cfg.Notifications)
	r.enable("voluntary")
	cfg, err = r.orbit.Config(ctx, r.nodeKey)
	require.NoError(t, err)
	require.Equal(t, deviceclient.Notifications{NeedsMDMMigration: true}, cfg.Notifications)

	key, err := r.orbit.OsqueryEnroll(ctx, deviceclient.OsqueryEnrollRequest{EnrollSecret: enrollSecret, HostIdentifier: hardwareUUID})
	require.NoError(t, err)
	options, err := r.orbit.OsqueryConfig(ctx, key)
	require.NoError(t, err)
	require.Equal(t, 10*time.Second, options.DistributedInterval)
	require.NoError(t, r.device().Refetch(ctx))
	queries, err := r.orbit.DistributedRead(ctx, key)
	require.NoError(t, err)
	require.Contains(t, queries.Queries, "fleet_detail_query_mdm")
	require.NoError(t, r.orbit.DistributedWrite(ctx, key, deviceclient.DistributedResults{
		Queries: map[string][]map[string]string{"fleet_detail_query_mdm": {}}, Statuses: map[string]int{"fleet_detail_query_mdm": 1},
		Messages: map[string]string{"fleet_detail_query_mdm": "no such table"}}))
}

func TestStrangersAreRefused(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	const secret, key = "wrong-secret-123", "wrong-key-456789"
	_, err := r.orbit.Enroll(ctx, deviceclient.EnrollRequest{EnrollSecret: secret, HardwareUUID: "x"})
	require.ErrorIs(t, err, deviceclient.ErrUnauthenticated)
	require.NotContains(t, err.Error(), secret)
	_, err = r.orbit.Config(ctx, key)
	require.ErrorIs(t, err, deviceclient.ErrUnauthenticated)
	require.ErrorIs(t, r.orbit.SetDeviceToken(ctx, key, deviceToken), deviceclient.ErrUnauthenticated)
	_, err = r.orbit.OsqueryEnroll(ctx, deviceclient.OsqueryEnrollRequest{EnrollSecret: secret})
	require.Error(t, err)
	_, err = r.orbit.DistributedRead(ctx, key)
	require.ErrorIs(t, err, deviceclient.ErrNodeInvalid)
	require.ErrorIs(t, r.orbit.DistributedWrite(ctx, key, deviceclient.DistributedResults{}), deviceclient.ErrNodeInvalid)
	_, err = r.orbit.OsqueryConfig(ctx, key)
	require.ErrorIs(t, err, deviceclient.ErrNodeInvalid)
}

// A Fleet with many labels and policies asks for all of them at once.
func TestManyQueriesAreRead(t *testing.T) {
	r := newRig(t)
	const route = "POST /api/osquery/distributed/read"
	body := func(queries int) string {
		all := map[string]string{"fleet_detail_query_mdm": "select enrolled from mdm;"}
		for i := range queries {
			all["fleet_policy_query_"+strconv.Itoa(i)] = "select 1 from plist where " + strings.Repeat("key = 'x' and ", 50) + "1;"
		}
		data, err := json.Marshal(map[string]any{"queries": all})
		require.NoError(t, err)
		return string(data)
	}
	r.fault(fields{"route": route, "kind": "status", "status": 200, "body": body(1000)})
	q, err := r.orbit.DistributedRead(t.Context(), "any")
	require.NoError(t, err)
	require.Len(t, q.Queries, 1001)
	r.fault(fields{"route": route, "kind": "status", "status": 200, "body": body(4000)})
	_, err = r.orbit.DistributedRead(t.Context(), "any")
	require.ErrorIs(t, err, deviceclient.ErrTooLarge)
	require.ErrorContains(t, err, "larger than 2048 KiB")
}

// The same trouble has the same words, so that a log tells it once.
func TestAResetHasTheSameWordsEachTime(t *testing.T) {
	r := newRig(t)
	r.fault(fields{"route": "*", "kind": "reset"})
	_, first := r.orbit.DistributedRead(t.Context(), "any")
	_, second := r.orbit.DistributedRead(t.Context(), "any")
	require.Error(t, first)
	require.True(t, deviceclient.IsOffline(first), first.Error())
	require.Equal(t, first.Error(), second.Error())
}

// Of osquery's configuration one number counts, where it is one.
func TestOsqueryConfigurations(t *testing.T) {
	for body, want := range map[string]time.Duration{
		`{}`: 0, `{"options":null}`: 0, `{"options":["distributed_interval"]}`: 0, `{"options":{"distributed_interval":null}}`: 0,
		`{"options":{"distributed_interval":600},"packs":{"a":{"queries":7}},"decorators":"x"}`: 10 * time.Minute,
		`{"options":{"distributed_interval":"60"}}`:                                             time.Minute,
		`{"options":{"distributed_interval":-1}}`:                                               0,
		`{"options":{"distributed_interval":1e9}}`:                                              0,
		`{"options":{"distributed_interval":99999999999999999999}}`:                             0,
		`{"options":{"distributed_interval":{"a":1}}}`:                                          0,
	} {
		t.Run(body, func(t *testing.T) {
			r := newRig(t)
			r.fault(fields{"route": "POST /api/osquery/config", "kind": "status", "status": 200, "body": body})
			options, err := r.orbit.OsqueryConfig(t.Context(), "any")
			require.NoError(t, err)
			require.Equal(t, want, options.DistributedInterval)
		})
	}
	r := newRig(t)
	r.fault(fields{"route": "POST /api/osquery/config", "kind": "status", "status": 200, "body": `{"node_invalid":true}`})
	_, err := r.orbit.OsqueryConfig(t.Context(), "any")
	require.ErrorIs(t, err, deviceclient.ErrNodeInvalid)
	r.fault(fields{"route": "POST /api/osquery/config", "kind": "big"})
	_, err = r.orbit.OsqueryConfig(t.Context(), "any")
	require.ErrorIs(t, err, deviceclient.ErrTooLarge)
}

func TestNoOrbitSecretInAnyError(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	const secret, key, token = "echoed-secret-1", "echoed-key-1", "echoed-token-1"
	r.fault(fields{"route": "*", "kind": "status", "status": 500, "body": `{"message":"` + secret + " " + key + " " + token + `"}`})
	_, enroll := r.orbit.Enroll(ctx, deviceclient.EnrollRequest{EnrollSecret: secret})
	_, osquery := r.orbit.OsqueryEnroll(ctx, deviceclient.OsqueryEnrollRequest{EnrollSecret: secret})
	_, config := r.orbit.Config(ctx, key)
	_, read := r.orbit.DistributedRead(ctx, key)
	write := r.orbit.DistributedWrite(ctx, key, deviceclient.DistributedResults{})
	_, settings := r.orbit.OsqueryConfig(ctx, key)
	set := r.orbit.SetDeviceToken(ctx, key, token)
	for _, err := range []error{enroll, osquery} {
		require.ErrorContains(t, err, "500")
		require.NotContains(t, err.Error(), secret)
	}
	for _, err := range []error{config, read, write, settings, set} {
		require.ErrorContains(t, err, "500")
		require.NotContains(t, err.Error(), key)
	}
	require.NotContains(t, set.Error(), token)
}

func TestOrbitAnswersThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		fault fields
		is    error
		says  string
	}{
		"portal":       {fields{"kind": "html"}, deviceclient.ErrNotJSON, ""},
		"endless":      {fields{"kind": "big"}, deviceclient.ErrTooLarge, ""},
		"no key":       {fields{"kind": "status", "status": 200, "body": `{}`}, nil, "no node key"},
		"409":          {fields{"kind": "status", "status": http.StatusConflict}, deviceclient.ErrConflict, ""},
		"rate limited": {fields{"kind": "status", "status": 429, "retry_after": "7"}, deviceclient.ErrRateLimited, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			c.fault["route"] = "POST /api/fleet/orbit/enroll"
			r.fault(c.fault)
			_, err := r.orbit.Enroll(t.Context(), deviceclient.EnrollRequest{EnrollSecret: enrollSecret, HardwareUUID: "x"})
			require.Error(t, err)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, "enrolling")
		})
	}
}
