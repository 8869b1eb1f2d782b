package deviceclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// migrateTimeout leaves room for the 30 s that the server gives its webhook.
const migrateTimeout = 45 * time.Second

// Client calls the device endpoints. It is safe for concurrent use.
type Client struct {
	server
	token       func() (string, error)
	browserHost string
	serversHost atomic.Pointer[string] // alternative_browser_host of the last summary
}

// New checks the configuration and gives a client; it makes no call.
func New(c Config) (*Client, error) {
	s, err := newServer(c)
	if err != nil {
		return nil, err
	}
	if c.BrowserHost != "" && !validHost(c.BrowserHost) {
		return nil, fmt.Errorf("browser host %q is not a host, or host:port", c.BrowserHost)
	}
	return &Client{server: s, token: c.Token, browserHost: c.BrowserHost}, nil
}

// HTTPClient is a client with the same TLS settings, for what else belongs to
// the organization. It follows redirects by its own rules only.
func (c *Client) HTTPClient() *http.Client { return &http.Client{Transport: c.http.Transport} }

// Ping asks whether a Fleet server is there. An old one answers 404.
func (c *Client) Ping(ctx context.Context) error {
	err := c.call(ctx, request{method: http.MethodHead, path: "/api/fleet/device/ping"})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("pinging the server: %w", err)
	}
	return nil
}

// CheckToken asks whether the server accepts the token.
func (c *Client) CheckToken(ctx context.Context) error {
	return c.do(ctx, "checking the device token", request{method: http.MethodHead, path: "/ping"})
}

// Summary asks what the server wants of this device. A server that has no
// summary gives a Partial one, from its policies.
func (c *Client) Summary(ctx context.Context) (*Summary, error) {
	var s Summary
	err := c.do(ctx, "reading the summary", request{method: http.MethodGet, path: "/desktop", into: &s})
	if errors.Is(err, ErrNotFound) {
		return c.policies(ctx)
	}
	if err != nil {
		return nil, err
	}
	c.serversHost.Store(&s.AlternativeBrowserHost)
	return &s, nil
}

func (c *Client) policies(ctx context.Context) (*Summary, error) {
	var list struct {
		Policies []struct{ Response string } `json:"policies"`
	}
	if err := c.do(ctx, "reading the policies of an older server", request{method: http.MethodGet, path: "/policies", into: &list}); err != nil {
		return nil, err
	}
	s := &Summary{Partial: true}
	for _, p := range list.Policies {
		if p.Response != "pass" {
			s.FailingPolicies++
		}
	}
	return s, nil
}

// MigrateMDM asks the server to make the old MDM let go: it sends its webhook,
// unless it did within the last three minutes.
func (c *Client) MigrateMDM(ctx context.Context) error {
	return c.do(ctx, "requesting the migration", request{method: http.MethodPost, path: "/migrate_mdm", want: http.StatusNoContent, timeout: migrateTimeout})
}

// Refetch asks the server to read this host anew.
func (c *Client) Refetch(ctx context.Context) error {
	return c.do(ctx, "asking for a refetch", request{method: http.MethodPost, path: "/refetch"})
}

// do puts the token into the path. Where the server does not accept it, it is
// read once more, and only a new one is tried: the same would fail the same,
// and count against this network's address.
func (c *Client) do(ctx context.Context, doing string, r request) error {
	token, err := c.readToken()
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	err = c.callAs(ctx, token, r)
	if errors.Is(err, ErrUnauthenticated) {
		if fresh, terr := c.readToken(); terr == nil && fresh != token {
			err = c.callAs(ctx, fresh, r)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func (c *Client) callAs(ctx context.Context, token string, r request) error {
	r.path, r.secrets = devicePath(token)+r.path, []string{token}
	return c.call(ctx, r)
}

func devicePath(token string) string { return "/api/latest/fleet/device/" + token }
