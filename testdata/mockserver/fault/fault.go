package fault

import (
	"fmt"
	"strings"
	"time"
)

// Kind is what goes wrong.
type Kind string

// The kinds. The zero Kind is latency only.
const (
	Latency     Kind = ""
	Status      Kind = "status"
	Hang        Kind = "hang"
	Reset       Kind = "reset"
	Truncate    Kind = "truncate"
	Malformed   Kind = "malformed"
	HTML        Kind = "html"
	ContentType Kind = "content_type"
	Big         Kind = "big"
	Redirect    Kind = "redirect"
	Slow        Kind = "slow"
)

// Fault is one rule.
type Fault struct {
	Route string   `json:"route"` // "METHOD PATTERN", "* PATTERN" or "*"; a trailing * matches any rest
	Times int      `json:"times"` // 0 is always
	After int      `json:"after"` // so many requests pass first
	Delay Duration `json:"latency"`
	Kind  Kind     `json:"kind"`

	Status      int    `json:"status,omitempty"` // of kind status
	Body        string `json:"body,omitempty"`   // of kinds status (empty is an error body) and redirect (the target)
	ContentType string `json:"content_type,omitempty"`
	RetryAfter  string `json:"retry_after,omitempty"` // header of kind status
}

// Duration is a time.Duration that is written as "1m30s".
type Duration time.Duration

// MarshalText writes the duration as Go does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads "1m30s"; empty is zero.
func (d *Duration) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// Check says what is wrong with a fault. known reports whether a route pattern matches anything.
func (f Fault) Check(known func(pattern string) bool) error {
	switch f.Kind {
	case Latency, Hang, Reset, Truncate, Malformed, HTML, Big:
	case Slow:
		if f.Delay <= 0 {
			return fmt.Errorf("kind %q needs a latency: the time between two bytes", f.Kind)
		}
	case Status:
		if f.Status < 200 || f.Status > 599 {
			return fmt.Errorf("status is %d: want 200 to 599", f.Status)
		}
	case ContentType:
		if f.ContentType == "" {
			return fmt.Errorf("kind %q needs content_type", f.Kind)
		}
	case Redirect:
		if f.Body == "" {
			return fmt.Errorf("kind %q needs body: the URL to redirect to", f.Kind)
		}
	default:
		return fmt.Errorf("kind is %q: want status, hang, reset, truncate, malformed, html, content_type, big, redirect, slow, or none for latency only", f.Kind)
	}
	if f.Times < 0 || f.After < 0 || f.Delay < 0 {
		return fmt.Errorf("times, after and latency must not be negative")
	}
	if !known(f.Route) {
		return fmt.Errorf("route %q matches nothing: want \"METHOD PATTERN\" as the request log writes it, or *", f.Route)
	}
	return nil
}

// Matches reports whether a fault's route pattern means the route with this label.
func Matches(pattern, label string) bool {
	if label == "" {
		return false
	}
	if pattern == "*" {
		return true
	}
	if rest, any := strings.CutPrefix(pattern, "* "); any {
		_, path, _ := strings.Cut(label, " ")
		pattern, label = rest, path
	}
	if prefix, any := strings.CutSuffix(pattern, "*"); any {
		return strings.HasPrefix(label, prefix)
	}
	return pattern == label
}
