package deviceclient_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/pkg/deviceclient"
)

// Whatever a server says, the client gives a value or a short error that holds
// no token.
func TestAnyAnswer(t *testing.T) {
	var status int
	var body, header string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", header)
		w.Header().Set("Location", body)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	client, err := deviceclient.New(deviceclient.Config{ServerURL: server.URL, Token: fixed(deviceToken)})
	require.NoError(t, err)
	piece := rapid.OneOf(rapid.String(), rapid.Just(deviceToken), rapid.SampledFrom([]string{"{", "}", `"message":`, `"errors":[`, `"`, "\n", ":", "[]", "null", "1e999"}))
	rapid.Check(t, func(t *rapid.T) {
		status = rapid.IntRange(200, 599).Draw(t, "status")
		header = rapid.StringMatching(`[0-9A-Za-z ,:]{0,30}`).Draw(t, "header")
		body = strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "body"), "")
		ctx := context.Background()
		summary, err := client.Summary(ctx)
		for _, err := range []error{err, client.MigrateMDM(ctx)} {
			if err != nil && (strings.Contains(err.Error(), deviceToken) || strings.Contains(err.Error(), "\n") || len([]rune(err.Error())) > 600) {
				t.Fatalf("error %q", err)
			}
		}
		if (summary == nil) == (err == nil) {
			t.Fatalf("summary %v with error %v", summary, err)
		}
	})
}
