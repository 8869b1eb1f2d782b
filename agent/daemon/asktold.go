package daemon

import (
	"context"
	"errors"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// tellTries is how often a change is told for which the token is missing, or is
// refused: another may be there the next time.
const tellTries = 5

// tellChange asks the server to read this Mac anew: outside the three minutes
// after a migration request it would not ask for an hour.
func (l *Link) tellChange(ctx context.Context, now time.Time) error {
	enrollment := l.seen.Facts.Enrollment
	if told := l.keys.keys.Told; told != nil && *told == enrollment {
		l.changed = false // and changed back
		return nil
	}
	if l.changed {
		if done, err := l.refetch(ctx, now); !done {
			return err
		}
	}
	l.changed, l.untold, l.due.tell = false, backoff{}, due{}
	l.keys.of(l.cfg.Policy.FleetURL).Told = &enrollment
	l.fail("node key file", l.keys.keep())
	return nil
}

// refetch reports that there is no more to be done about it.
func (l *Link) refetch(ctx context.Context, now time.Time) (done bool, err error) {
	if !l.due.tell.come(now) {
		return false, nil
	}
	err = l.srv.Refetch(ctx)
	l.said("refetch", err)
	switch {
	case serverTrouble(err):
		return false, err
	case errors.Is(err, deviceclient.ErrNoToken), errors.Is(err, deviceclient.ErrUnauthenticated):
		l.due.check = due{}
		l.due.tell = after(now, l.untold.next(err))
		return l.untold.failures >= tellTries, nil
	}
	return true, nil
}
