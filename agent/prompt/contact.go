package prompt

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// defaultContact is what Fleet fills in where an organization set none, except
// in the summary that a device gets.
const defaultContact = "https://fleetdm.com/company/contact"

const maxURL = 2048

// ContactURL checks a URL that a server wants a person to open: web, mail and
// telephone only, and nothing that looks like one thing and is another. An
// empty one is Fleet's default.
func ContactURL(raw string) (string, error) {
	if raw == "" {
		return defaultContact, nil
	}
	if len(raw) > maxURL || strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r > unicode.MaxASCII }) {
		return "", errors.New("the contact URL is too long, or holds characters that no URL has")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", errors.New("the contact URL can't be read")
	}
	switch u.Scheme {
	case "https", "http":
		if u.Host == "" || u.User != nil {
			return "", fmt.Errorf("the contact URL with scheme %s needs a host, and no user name in front of it", u.Scheme)
		}
	case "mailto", "tel":
		if u.Opaque == "" || strings.HasPrefix(u.Opaque, "/") {
			return "", fmt.Errorf("the contact URL with scheme %s names nobody", u.Scheme)
		}
	default:
		return "", fmt.Errorf("the contact URL's scheme %q is not opened; use https, http, mailto or tel", u.Scheme)
	}
	return u.String(), nil
}
