package daemon

import (
	"context"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// Renewal opens Apple's Remote Management.
type Renewal interface {
	Enrollment(ctx context.Context) (host.Enrollment, error)
	RenewEnrollment(ctx context.Context, uid int) error
}

// Renewer runs `profiles renew` while the server wants it: never while the Mac
// is enrolled anywhere, never for a Mac that Apple assigned elsewhere, and no
// more often than its spacing, which is on disk.
type Renewer struct {
	Config Latest[options.Config]
	Seen   Latest[Observed]
	Wanted Latest[bool]
	Asked  Latest[time.Time] // when the person asked for the window again

	path  string
	mac   Renewal
	board *Board
	log   zerolog.Logger
	give  Latest[host.Renew]
	ask   Latest[bool] // asks for the assignment afresh

	// Owned by Run.
	cfg    options.Config
	seen   Observed
	wanted bool
	asked  time.Time
	done   attempts
}

// NewRenewer reads what was tried before. give gets every attempt, ask is told
// when Apple's answer is needed afresh.
func NewRenewer(varDir string, mac Renewal, give Latest[host.Renew], ask Latest[bool], board *Board, log zerolog.Logger) *Renewer {
	r := &Renewer{
		Config: NewLatest[options.Config](), Seen: NewLatest[Observed](), Wanted: NewLatest[bool](), Asked: NewLatest[time.Time](),
		path: filepath.Join(varDir, "private", "renew.json"), mac: mac, board: board, log: log, give: give, ask: ask,
	}
	if err := load(r.path, &r.done); err != nil {
		log.Error().Err(err).Msg("starting without the record of renewals")
	}
	return r
}

// Done is what was tried so far, before Run.
func (r *Renewer) Done() host.Renew { return r.done.Renew }

// Run renews until ctx ends; then it returns nil.
func (r *Renewer) Run(ctx context.Context) error {
	timer := time.NewTimer(maxSleep)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case r.cfg = <-r.Config:
		case r.seen = <-r.Seen:
		case wanted := <-r.Wanted:
			if wanted && !r.wanted {
				r.ask.Put(true)
			}
			r.wanted = wanted
		case r.asked = <-r.Asked:
		case <-timer.C:
		}
		timer.Reset(r.turn(ctx))
	}
}

// turn renews if it may, and gives the time until it is looked at again.
func (r *Renewer) turn(ctx context.Context) time.Duration {
	now := wallNow()
	next := r.next(now)
	why := r.holds()
	if why == "" && now.Before(next) {
		why = "the last attempt was too short a time ago"
	}
	r.show(why, next)
	if why != "" {
		return max(time.Second, min(maxSleep, next.Sub(now)))
	}
	if e, err := r.mac.Enrollment(ctx); err != nil || e.Enrolled { // as it is now, not as it was seen
		r.show("this Mac is enrolled in an MDM, or can't tell", next)
		return maxSleep
	}
	r.attempt(ctx, now)
	return renewBase
}

// attempt runs it. It is written down before, so that a kill can't make it
// more frequent, and after.
func (r *Renewer) attempt(ctx context.Context, now time.Time) {
	r.done.Attempts++
	r.done.LastAt, r.done.LastErr, r.done.Asked = now.UTC(), "", r.asked
	r.keep()
	err := r.mac.RenewEnrollment(ctx, r.seen.Facts.ConsoleUser.UID)
	if err != nil {
		r.done.Failures++
		r.done.LastErr = err.Error()
		r.log.Error().Err(err).Int("attempt", r.done.Attempts).Msg("opening Remote Management")
	} else {
		r.done.Failures = 0
		r.log.Info().Int("attempt", r.done.Attempts).Msg("asked macOS to open Remote Management")
	}
	r.keep()
	r.give.Put(r.done.Renew)
	r.show("", r.next(now))
}
