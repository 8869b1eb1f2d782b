package daemon

import (
	"context"
	"net/url"
	"strings"
	"time"

	"fleetmigrate/agent/host"
)

// page is the ledger's content.
type page struct {
	Calls     []time.Time `json:"calls,omitempty"` // within showDay
	Answer    host.ADE    `json:"answer"`          // the last good one
	LastAt    time.Time   `json:"last_at,omitzero"`
	LastSaid  string      `json:"last_said,omitempty"`
	Refusals  int         `json:"refusals,omitempty"` // "too soon", in a row
	NotBefore time.Time   `json:"not_before,omitzero"`
}

// forget drops what is too old to count, and what lies in the future: the
// clock was set back.
func (p *page) forget(now time.Time) {
	var calls []time.Time
	for _, at := range p.Calls {
		if age := now.Sub(at); age >= 0 && age < showDay {
			calls = append(calls, at)
		}
	}
	p.Calls = calls
	if p.NotBefore.Sub(now) > showDay {
		p.NotBefore = time.Time{}
	}
}

func (p *page) mayAsk(now time.Time, wanted bool) bool {
	if now.Before(p.NotBefore) || len(p.Calls) >= showBudget {
		return false
	}
	age := now.Sub(p.Answer.ReadAt)
	return wanted && age > time.Minute || p.Answer.ReadAt.IsZero() || age > showFresh || age < 0
}

func (p *page) note(now time.Time) {
	p.Calls = append(p.Calls, now)
	p.LastAt, p.LastSaid = now.UTC(), "(not answered yet)"
	p.NotBefore = now.Add(time.Minute)
}

// ask calls. "Too soon" is no answer: it says nothing of the assignment.
func (p *page) ask(ctx context.Context, asker Asker, now time.Time) {
	a, webURL, said, err := asker.Assignment(ctx)
	if err != nil {
		said = err.Error()
	}
	p.LastSaid = said
	switch a {
	case host.Assigned, host.NotAssigned:
		p.Answer = host.ADE{Assigned: a == host.Assigned, ConfigurationWebURL: withoutQuery(webURL), ReadAt: now.UTC()}
		p.Refusals, p.NotBefore = 0, time.Time{}
	case host.TooSoon:
		p.NotBefore = now.Add(min(showDay, tooSoonWait<<min(p.Refusals, 5)))
		p.Refusals++
	default:
		p.NotBefore = now.Add(showRetry)
	}
}

// withoutQuery drops what may be a token: the facts are everybody's to read.
func withoutQuery(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		before, _, _ := strings.Cut(raw, "?")
		return before
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}

// ade is what is known now.
func (p *page) ade(now time.Time) host.ADE {
	a := p.Answer
	a.Unknown = a.ReadAt.IsZero()
	a.Cached = !a.Unknown && (p.LastAt.After(a.ReadAt) || now.Sub(a.ReadAt) > showFresh)
	return a
}

func (p *page) status() AppleStatus {
	return AppleStatus{Calls: len(p.Calls), Limit: showBudget, LastAt: p.LastAt, LastSaid: p.LastSaid, NotBefore: p.NotBefore}
}
