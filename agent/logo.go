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
	busy     bool
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

// fetchLogo keeps the logo up to date, beside everything else: no dialog waits
// for it. One fetch is under way at a time, so that what comes last is what was
// asked for last.
func (a *Agent) fetchLogo() {
	org := a.m.Summary.Config.OrgInfo
	urls := [2]string{org.LightLogo(), org.DarkLogo()}
	if a.logo.busy || urls == a.logo.urls && time.Now().Before(a.logo.next) {
		return
	}
	if urls != a.logo.urls {
		a.logo.urls, a.logo.failures = urls, 0
	}
	a.logo.busy = true
	a.beside(pollTimeout, func(ctx context.Context) Event {
		logo, err := a.Logos.Logo(ctx, urls[0], urls[1])
		return logoFetched{logo, err}
	})
}

// logoFetched takes the logo, which is the last good one after an error, and
// looks whether it is still the one that is wanted.
func (a *Agent) logoFetched(ev logoFetched) {
	text, wait := "", logoFresh
	if ev.err != nil {
		text, wait = ev.err.Error(), min(logoFresh, logoAgain<<min(a.logo.failures, 12))
		a.logo.failures++
	} else {
		a.logo.failures = 0
	}
	a.logo.busy, a.logo.next = false, time.Now().Add(wait)
	if text != "" && text != a.logo.err {
		a.log.Warn().Err(ev.err).Msg("the organization's logo could not be fetched; the last good one stands")
	}
	a.logo.err = text
	a.step(LogoReady{ev.logo})
	a.fetchLogo()
}
