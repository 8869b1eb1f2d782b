package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"fleetmigrate/agent/host"
)

func (o *Observer) look(ctx context.Context) {
	o.looked = wallNow()
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	seen, ok := o.ask(ctx)
	if !ok {
		return // the last facts stand
	}
	ade, apple, err := o.ledger.Assignment(ctx, !o.wanted.IsZero())
	if ctx.Err() == nil {
		o.askedApple(err)
	}
	// Until there is one the wish stands, within the ledger's limits; or until the clock is set back.
	if !ade.ReadAt.Before(o.wanted) || o.wanted.After(wallNow()) {
		o.wanted = time.Time{}
	}
	seen.Facts.ADE, seen.Facts.Renew = ade, o.renew
	o.tell(seen, apple)
	o.publish(seen.Facts)
}

// ask asks macOS, and says what could not be asked; ok is false where that is
// too much to go by.
func (o *Observer) ask(ctx context.Context) (seen Observed, ok bool) {
	facts, err := o.mac.Facts(ctx)
	fleetd, err1 := o.loaded(ctx, o.last.Fleetd, fleetdJob)
	osqueryd, err2 := o.loaded(ctx, o.last.Osqueryd, osquerydJobs...)
	others := errors.Join(err1, err2)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded): // everything hangs
		err = fmt.Errorf("not everything was answered within %s: %w", lookTimeout, errors.Join(err, others))
	case ctx.Err() != nil: // the daemon ends
		return seen, false
	}
	o.report(errors.Join(err, others))
	return Observed{Facts: facts, Known: true, Fleetd: fleetd, Osqueryd: osqueryd}, err == nil && (others == nil || o.last.Known)
}

// loaded reports that one of the jobs is there. A launchd that can't be asked
// says nothing: what was known stands, or this agent might take the place of
// Fleet's own for a while. Where there is no launchd at all, no job is.
func (o *Observer) loaded(ctx context.Context, was bool, jobs ...host.Job) (bool, error) {
	for _, j := range jobs {
		s, err := o.jobs.Job(ctx, j)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return was, err
		case s.Loaded:
			return true, nil
		}
	}
	return false, nil
}
