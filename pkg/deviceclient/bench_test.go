package deviceclient_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

const pollBody = `{"failing_policies_count":3,"self_service":true,"notifications":{"needs_mdm_migration":true},"config":{"org_info":{"org_name":"Example",
"org_logo_url":"","org_logo_url_light_background":"","contact_url":"https://help.example.com"},"mdm":{"macos_migration":{"mode":"forced"}}},"alternative_browser_host":""}`

func pollServer(b *testing.B) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, pollBody) }))
	b.Cleanup(server.Close)
	return server.URL
}

// BenchmarkPoll against BenchmarkPlainPoll is what this package costs over
// net/http and encoding/json by themselves; both count the server's part too.
func BenchmarkPoll(b *testing.B) {
	client, err := deviceclient.New(deviceclient.Config{ServerURL: pollServer(b), Token: fixed(deviceToken)})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Summary(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlainPoll(b *testing.B) {
	url := pollServer(b) + "/api/latest/fleet/device/" + deviceToken + "/desktop"
	b.ReportAllocs()
	for b.Loop() {
		reply, err := http.Get(url)
		if err != nil {
			b.Fatal(err)
		}
		var s deviceclient.Summary
		err = json.NewDecoder(reply.Body).Decode(&s)
		_, _ = io.Copy(io.Discard, reply.Body)
		reply.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
	}
}
