package deviceclient_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

// pipes is a listener without a socket, so that a bubble's clock can run.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	mu    sync.Mutex
	made  int
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	p.made++
	p.mu.Unlock()
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// over runs f with a client whose server is the handler.
func over(t *testing.T, handler http.HandlerFunc, f func(*testing.T, *deviceclient.Client, *pipes)) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		server := &http.Server{Handler: handler}
		go server.Serve(p)
		defer server.Close()
		client, err := deviceclient.New(deviceclient.Config{ServerURL: "http://localhost", Token: fixed(deviceToken)})
		require.NoError(t, err)
		transport := client.HTTPClient().Transport.(*http.Transport)
		transport.DialContext = p.dial
		defer transport.CloseIdleConnections()
		f(t, client, p)
	})
}

// hang answers nothing until the client has gone.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// drip sends a good answer too slowly.
func drip(w http.ResponseWriter, r *http.Request) {
	for _, b := range []byte(`{"notifications":{}}`) {
		_, _ = w.Write([]byte{b})
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(time.Second):
		}
	}
}

func TestEveryCallHasADeadline(t *testing.T) {
	ctx := context.Background()
	for name, call := range map[string]struct {
		server http.HandlerFunc
		call   func(*deviceclient.Client) error
		within time.Duration
	}{
		"ping":         {hang, func(c *deviceclient.Client) error { return c.Ping(ctx) }, 10 * time.Second},
		"token":        {hang, func(c *deviceclient.Client) error { return c.CheckToken(ctx) }, 10 * time.Second},
		"summary":      {hang, func(c *deviceclient.Client) error { _, err := c.Summary(ctx); return err }, 10 * time.Second},
		"slow summary": {drip, func(c *deviceclient.Client) error { _, err := c.Summary(ctx); return err }, 10 * time.Second},
		"migrate":      {hang, func(c *deviceclient.Client) error { return c.MigrateMDM(ctx) }, 45 * time.Second},
		"refetch":      {hang, func(c *deviceclient.Client) error { return c.Refetch(ctx) }, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			over(t, call.server, func(t *testing.T, c *deviceclient.Client, _ *pipes) {
				started := time.Now()
				err := call.call(c)
				require.ErrorIs(t, err, deviceclient.ErrTimeout)
				require.Equal(t, call.within, time.Since(started))
				require.NotContains(t, err.Error(), deviceToken)
				require.False(t, deviceclient.IsOffline(err))
			})
		})
	}
}

// The server gives its webhook 30 s, so that an answer after 44 s still counts.
func TestMigrateWaitsForAServerThatWaits(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		<-time.After(44 * time.Second)
		w.WriteHeader(http.StatusNoContent)
	}
	over(t, slow, func(t *testing.T, c *deviceclient.Client, _ *pipes) {
		require.NoError(t, c.MigrateMDM(context.Background()))
	})
}

func TestCallsEndWithTheirContext(t *testing.T) {
	over(t, hang, func(t *testing.T, c *deviceclient.Client, _ *pipes) {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		started := time.Now()
		_, err := c.Summary(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, time.Second, time.Since(started))
	})
}

func TestOneConnectionIsUsedAgain(t *testing.T) {
	good := func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			_, _ = w.Write([]byte(`{}`))
		case http.MethodPost:
			w.WriteHeader(http.StatusNoContent)
		}
	}
	over(t, good, func(t *testing.T, c *deviceclient.Client, p *pipes) {
		ctx := context.Background()
		for range 5 {
			require.NoError(t, c.Ping(ctx))
			_, err := c.Summary(ctx)
			require.NoError(t, err)
			require.NoError(t, c.MigrateMDM(ctx))
			synctest.Wait()
		}
		require.Equal(t, 1, p.made)
		<-time.After(5 * time.Minute) // the next poll; nothing was kept open till then
		_, err := c.Summary(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, p.made)
	})
}
