package deviceclient

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// tokenForm is what a token can be: nothing in it changes a path.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]{8,128}$`)

func (c *Client) readToken() (string, error) {
	if c.token == nil {
		return "", ErrNoToken
	}
	token, err := c.token()
	if err != nil {
		if errors.Is(err, ErrNoToken) {
			return "", err
		}
		return "", fmt.Errorf("%w: %w", ErrNoToken, err)
	}
	token = strings.TrimRight(token, "\r\n")
	if !tokenForm.MatchString(token) {
		return "", fmt.Errorf("%w: what was read does not look like one", ErrNoToken)
	}
	return token, nil
}
