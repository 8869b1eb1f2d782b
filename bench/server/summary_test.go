package server_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// connections are so many that the server is never idle; each is one tray that polls at once again.
const connections = 64

// BenchmarkSummaries is the tray's poll, of a random Mac each time. req/s of
// 100000 beside that of 1000 shows whether a lookup grows with the hosts.
func BenchmarkSummaries(b *testing.B) {
	for _, c := range []struct {
		as    string
		hosts int
	}{{"baseline", 1}, {"1000", 1000}, {"10000", 10_000}, {"100000", 100_000}} {
		b.Run("hosts="+c.as, func(b *testing.B) {
			p := start(b, c.as)
			b.ResetTimer()
			took, elapsed := drive(b, p.url, c.hosts, b.N)
			b.StopTimer()
			slices.Sort(took)
			b.ReportMetric(float64(b.N)/elapsed.Seconds(), "req/s")
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			if mib, known := p.memory(); known {
				b.ReportMetric(mib, "server-MiB")
			}
		})
	}
}

// drive polls n times in all and returns how long each poll took.
func drive(b *testing.B, url string, hosts, n int) (took []time.Duration, elapsed time.Duration) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}, Timeout: 30 * time.Second}
	all := make([][]time.Duration, connections)
	var wait sync.WaitGroup
	begin := time.Now()
	for w := range connections {
		share := n/connections + min(1, max(0, n%connections-w))
		wait.Go(func() {
			for range share {
				started := time.Now()
				if err := poll(b.Context(), client, url, rand.IntN(hosts)); err != nil {
					b.Error(err)
					return
				}
				all[w] = append(all[w], time.Since(started))
			}
		})
	}
	wait.Wait()
	elapsed = time.Since(begin)
	require.False(b, b.Failed())
	return slices.Concat(all...), elapsed
}

func poll(ctx context.Context, client *http.Client, url string, host int) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/api/latest/fleet/device/"+deviceToken+"/desktop", url, host), nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("host %d got %s", host, resp.Status)
	}
	return nil
}

// BenchmarkLookup is the same poll without a network: what the server itself spends.
func BenchmarkLookup(b *testing.B) {
	for _, hosts := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("hosts=%d", hosts), func(b *testing.B) {
			srv, err := newServer(hosts)
			require.NoError(b, err)
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				status, _ := call(srv, http.MethodGet, "/api/latest/fleet/device/"+fmt.Sprintf(deviceToken, rand.IntN(hosts))+"/desktop", "")
				if status != http.StatusOK {
					b.Fatal(status)
				}
			}
		})
	}
}

// call asks the handler itself, as an admin.
func call(srv http.Handler, method, path, body string) (status int, answer []byte) {
	req := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer admin-1")
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, req)
	return rec.Code, rec.Body.Bytes()
}
