package agent

import (
	"context"
	"math/rand/v2"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// The times of polling.
const (
	pollInterval  = 5 * time.Minute
	pollJitter    = 0.1 // of the interval, to both sides
	backoffBase   = time.Minute
	backoffCap    = 30 * time.Minute
	backoffFloor  = 5 * time.Second
	wakeSpread    = 5 * time.Second
	maxBackoffPow = 10
)

// polls is when the server is asked. It belongs to the loop.
type polls struct {
	timer    *time.Timer
	rand     func() float64
	busy     bool
	again    bool
	failures int
	notUntil time.Time // Retry-After
	server   int       // counts the servers there were
}

func newPolls(random func() float64) *polls {
	if random == nil {
		random = rand.Float64
	}
	t := time.NewTimer(24 * time.Hour)
	t.Stop()
	return &polls{timer: t, rand: random}
}

// forget drops what another server said of itself: its patience is not this one's.
func (p *polls) forget() {
	p.failures, p.notUntil = 0, time.Time{}
	p.server++
}

// polled is what came of a poll.
type polled struct {
	server  int
	summary *deviceclient.Summary
	err     error
}

func (polled) apply(*step) {}

// poll asks the server now, unless it asked to be left alone.
func (a *Agent) poll() {
	p := a.polls
	if wait := time.Until(p.notUntil); wait > 0 {
		p.timer.Reset(wait)
		return
	}
	if p.busy {
		p.again = true
		return
	}
	p.busy = true
	p.timer.Stop()
	server := p.server
	a.beside(pollTimeout, func(ctx context.Context) Event {
		summary, err := a.Device.Summary(ctx)
		return polled{server, summary, err}
	})
}

func (a *Agent) polled(ev polled) {
	p := a.polls
	p.busy = false
	if ev.server != p.server { // it was under way when the server changed
		p.again = false
		a.poll()
		return
	}
	p.timer.Reset(p.next(ev.err, time.Duration(a.m.Policy.PollInterval)))
	if ev.err != nil {
		a.pollFailed(ev.err)
	} else {
		a.lastErr = ""
		a.step(SummaryArrived{*ev.summary})
		a.fetchLogo()
	}
	if p.again {
		p.again = false
		a.poll()
	}
}

// pollFailed logs the first failure of a kind, not every one.
func (a *Agent) pollFailed(err error) {
	if text := err.Error(); text != a.lastErr {
		a.lastErr = text
		a.log.Warn().Err(err).Msg("polling the server")
	}
	a.step(SummaryFailed{linkOf(err)})
}

// next is the wait until the next poll: the interval with jitter, or full
// jitter below a doubling cap. The jitter comes after the cap, so that a long
// outage ends without a herd.
func (p *polls) next(err error, interval time.Duration) time.Duration {
	interval = orDefault(interval, pollInterval)
	if err == nil {
		p.failures = 0
		return time.Duration(float64(interval) * (1 + pollJitter*(2*p.rand()-1)))
	}
	ceiling := min(backoffCap, min(backoffBase, interval)<<min(p.failures, maxBackoffPow))
	p.failures++
	wait := max(min(backoffFloor, interval), time.Duration(float64(ceiling)*p.rand()))
	if after := deviceclient.RetryAfter(err); after > 0 {
		wait = after + time.Duration(float64(after)*pollJitter*p.rand())
		p.notUntil = time.Now().Add(after)
	}
	return wait
}

// soon polls within seconds; spread, because a lid opens at nine in the whole office.
func (p *polls) soon() {
	if !p.busy {
		p.timer.Reset(time.Duration(float64(wakeSpread) * p.rand()))
	}
}
