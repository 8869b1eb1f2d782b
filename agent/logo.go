package agent

import (
	"context"
	"time"

	"fleetmigrate/agent/prompt"
)

// logoFresh is how long a fetched logo is good; a new picture may come under
// an old address.
const logoFresh = 24 * time.Hour

// logoFetch is what was last asked for. It belongs to the loop.
type logoFetch struct {
	urls [2]string // light, dark
	at   time.Time // zero: ask again
	err  string    // as last logged
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
	if urls == a.logo.urls && time.Since(a.logo.at) < logoFresh {
		return
	}
	a.logo.urls, a.logo.at = urls, time.Now()
	a.beside(pollTimeout, func(ctx context.Context) Event {
		logo, err := a.Logos.Logo(ctx, urls[0], urls[1])
		return logoFetched{logo, err}
	})
}

// logoFetched takes the logo, which is the last good one after an error.
func (a *Agent) logoFetched(ev logoFetched) {
	text := ""
	if ev.err != nil {
		text, a.logo.at = ev.err.Error(), time.Time{}
	}
	if text != "" && text != a.logo.err {
		a.log.Warn().Err(ev.err).Msg("the organization's logo could not be fetched; the last good one stands")
	}
	a.logo.err = text
	a.step(LogoReady{ev.logo})
}
