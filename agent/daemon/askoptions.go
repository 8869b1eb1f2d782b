package daemon

import (
	"context"
	"errors"
	"time"

	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
)

const (
	optionsEvery  = time.Hour
	slowestVitals = 30 * time.Minute
)

// readOptions asks for osquery's configuration. One thing in it counts: IT may
// want queries to be read more rarely (agent options, distributed_interval, 10 s
// in a new Fleet). It slows the quiet pace down, within a bound, and never what
// a person waits for; nothing there makes this agent faster, and schedules,
// packs and decorators are for a real osquery.
//
// Fleet notes with the host which interval it handed out, and reckons with it
// when it says whether the host is online. The migration needs none of this: an
// answer that is none is asked for again on its own, and only a server that asks
// to be left alone ends the turn.
func (l *Link) readOptions(ctx context.Context, now time.Time) error {
	k := l.keys.of(l.cfg.Policy.FleetURL)
	if on, _ := vitalsOn(l.cfg, l.seen); !on || k.Osquery == "" || !l.due.options.come(now) {
		return nil
	}
	o, err := l.srv.OsqueryConfig(ctx, k.Osquery)
	l.said("queries config", err)
	switch {
	case err == nil:
		l.takeOptions(o)
		l.due.options = after(now, spread(optionsEvery))
		return nil
	case errors.Is(err, deviceclient.ErrNodeInvalid):
		l.due.options = after(now, l.optionFails.step(err))
		l.queryKeyRefused(k, now, err)
		return nil
	}
	l.due.options = after(now, l.optionFails.next(err))
	if deviceclient.RetryAfter(err) > 0 {
		return err
	}
	return nil
}

func (l *Link) takeOptions(o *deviceclient.OsqueryOptions) {
	l.optionFails = backoff{}
	l.slowed = min(o.DistributedInterval, slowestVitals)
	l.board.note(func(s *Status) { s.Vitals.Every = policy.Duration(l.vitalsEvery()) })
}
