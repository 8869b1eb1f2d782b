package deviceclient

import (
	"context"
	"fmt"
	"net/url"
)

// BrowserURL is the address of a page for the person's browser: "my_device" or
// "transparency". It holds the token: open it, never log it.
func (c *Client) BrowserURL(_ context.Context, page string) (string, error) {
	token, err := c.readToken()
	if err != nil {
		return "", fmt.Errorf("making a link for the browser: %w", err)
	}
	tails := map[string]string{"my_device": "/device/" + token, "transparency": devicePath(token) + "/transparency"}
	tail, ok := tails[page]
	if !ok {
		return "", fmt.Errorf("there is no page %q", page)
	}
	u := c.base.JoinPath(tail)
	if host := c.linkHost(); host != "" {
		u.Host = host
	}
	return u.String(), nil
}

// linkHost prefers the server's word to the configuration's.
func (c *Client) linkHost() string {
	if host := c.serversHost.Load(); host != nil && validHost(*host) {
		return *host
	}
	return c.browserHost
}

func validHost(host string) bool {
	u, err := url.Parse("https://" + host)
	return host != "" && err == nil && u.Host == host && u.User == nil
}
