package webhook

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"
)

const masked = "MASKED"

// secretNames mark query parameters whose value is a secret.
var secretNames = []string{"secret", "token", "key", "password"}

// Mask replaces what is secret in a URL: the values of secret query parameters,
// a password or, without one, the name before the @, and the fragment, which no
// receiver sees. A URL that can't be parsed is replaced as a whole.
func Mask(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return masked
	}
	if u.User != nil {
		u.User = maskUser(u.User)
	}
	if u.Fragment != "" {
		u.Fragment, u.RawFragment = masked, ""
	}
	var query strings.Builder
	for _, p := range parameters(u.RawQuery) {
		if p.secret {
			p.value = masked
		}
		query.WriteString(p.name + p.equals + p.value + p.end)
	}
	u.RawQuery = query.String()
	return u.String()
}

func maskUser(user *url.Userinfo) *url.Userinfo {
	if _, ok := user.Password(); ok {
		return url.UserPassword(user.Username(), masked)
	}
	return url.User(masked)
}

// parameter is one of a query as it stands there: also one that url.Values would
// leave out, with a broken escape or before a semicolon.
type parameter struct {
	name, equals, value, end string
	secret                   bool
}

func parameters(query string) (all []parameter) {
	for query != "" {
		at := strings.IndexAny(query, "&;")
		text, end := query, ""
		if at >= 0 {
			text, end = query[:at], query[at:at+1]
		}
		query = query[len(text)+len(end):]
		p := parameter{name: text, end: end}
		if name, value, ok := strings.Cut(text, "="); ok {
			p.name, p.equals, p.value = name, "=", value
		}
		p.secret = p.value != "" && isSecret(unescaped(p.name))
		all = append(all, p)
	}
	return all
}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(secretNames, func(s string) bool { return strings.Contains(name, s) })
}

// unescaped is text itself where its escapes are broken.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// secrets are those of one URL, in every form in which an answer may quote
// them, the longest first.
type secrets []string

func secretsOf(rawURL string) secrets {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil
	}
	var all secrets
	for _, p := range parameters(u.RawQuery) {
		if p.secret {
			all = append(all, p.value, unescaped(p.value))
		}
	}
	if password, ok := u.User.Password(); ok {
		all = append(all, password)
	} else {
		all = append(all, u.User.Username())
	}
	for _, s := range slices.Clone(all) {
		all = append(all, url.QueryEscape(s), url.PathEscape(s))
	}
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return all
}

// hide replaces the secrets in a text, and what a cut left of one at its end.
func (all secrets) hide(text string, cut bool) string {
	for _, s := range all {
		text = strings.ReplaceAll(text, s, masked)
	}
	for _, s := range all {
		for n := len(s) - 1; cut && n > 0; n-- {
			if strings.HasSuffix(text, s[:n]) {
				return text[:len(text)-n] + masked
			}
		}
	}
	return text
}

// hiding is an error whose text holds no secret.
type hiding struct {
	error
	text string
}

func (h hiding) Error() string { return h.text }
func (h hiding) Unwrap() error { return h.error }

// hideIn masks the URL that Go's client writes into its errors, which after a
// redirect is another one, and the secrets in what it quotes of an answer.
func (all secrets) hideIn(err error) error {
	shown := err
	var e *url.Error
	if errors.As(err, &e) {
		shown = &url.Error{Op: e.Op, URL: Mask(e.URL), Err: e.Err}
	}
	return hiding{err, all.hide(shown.Error(), false)}
}
