package agent

import (
	"context"
	"time"

	"fleetmigrate/agent/prompt"
)

// logoFresh is how long a fetched logo is good; a new picture may come under
// an old address. One that could not be fetched is asked for again after
// logoAgain, and each time after twice as long: it may be two megabytes that
// are too large by one byte.
const (
	logoFresh = 24 * time.Hour
	logoAgain = time.Minute
)

// logoFetch is what was last asked for. It belongs to the loop.
type logoFetch struct {
	urls     [2]string // light, dark
	next     time.Time
	failures int    // in a row
	err      string // as last logged
}

// logoFetched is what came of it.
type logoFetched struct {
	logo prompt.Logo
	err  error
}

func (logoFetched) apply(*step) {}

// fetchLogo keeps the logo up to date, beside everything else: no dialog waits for it.
func (a *Agent) fetchLogo() {
	org := a.m.Summary.Config.OrgInfo
	urls := [2]string{org.LightLogo(), org.DarkLogo()}
	if urls != a.logo.urls {
		a.logo.urls, a.logo.failures = urls, 0
	} else if time.Now().Before(a.logo.next) {
		return
	}
	a.logo.next = time.Now().Add(logoFresh)
	a.beside(pollTimeout, func(ctx context.Context) Event {
		logo, err := a.Logos.Logo(ctx, urls[0], urls[1])
		return logoFetched{logo, err}
	})
}

// logoFetched takes the logo, which is the last good one after an error.
func (a *Agent) logoFetched(ev logoFetched) {
	text := ""
	a.logo.failures++
	if ev.err == nil {
		a.logo.failures = 0
	} else {
		text = ev.err.Error()
		a.logo.next = time.Now().Add(min(logoFresh, logoAgain<<min(a.logo.failures, 12)))
	}
	if text != "" && text != a.logo.err {
		a.log.Warn().Err(ev.err).Msg("the organization's logo could not be fetched; the last good one stands")
	}
	a.logo.err = text
	a.step(LogoReady{ev.logo})
}
