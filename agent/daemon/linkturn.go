package daemon

import (
	"context"
	"errors"
	"time"
)

// turn asks what is due, and gives the time until something is.
func (l *Link) turn(ctx context.Context) time.Duration {
	now := wallNow()
	if !l.configured || !l.seen.Known {
		return maxSleep
	}
	if !companion(l.cfg, l.seen) { // the person at the screen has the token and nobody else, server or not
		l.placeToken()
	}
	if !l.patience.come(now) {
		return l.patience.at.Sub(now)
	}
	if err := l.ask(ctx, now); ctx.Err() != nil {
		return maxSleep
	} else if err != nil {
		return l.failed(err)
	}
	l.trouble, l.patience = backoff{}, due{}
	l.board.Set(func(s *Status) { s.Server.Trouble, s.Server.RetryAt, s.Server.Failures = "", time.Time{}, 0 })
	return l.wait(wallNow())
}

// ask makes the calls that are due, in the order in which they need each other.
// An error ends the turn.
func (l *Link) ask(ctx context.Context, now time.Time) error {
	tasks := []func(context.Context, time.Time) error{l.enroll, l.giveToken, l.checkToken, l.tellChange, l.answerQueries, l.readConfig, l.readOptions}
	if companion(l.cfg, l.seen) {
		l.Wanted.Put(false) // Fleet's own agent renews
		tasks = []func(context.Context, time.Time) error{l.tellChange}
	}
	for _, task := range tasks {
		if err := task(ctx, now); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// again ends a turn that is to be repeated after a wait.
type again struct {
	wait time.Duration
	why  string
}

func (a again) Error() string { return a.why }

// failed schedules the next turn after an error.
func (l *Link) failed(err error) time.Duration {
	var a again
	wait := time.Duration(0)
	if errors.As(err, &a) {
		wait = a.wait
	} else {
		wait = l.trouble.next(err)
	}
	l.patience = after(wallNow(), wait)
	l.board.Set(func(s *Status) {
		s.Server.Trouble, s.Server.RetryAt, s.Server.Failures = err.Error(), l.patience.at.UTC(), l.trouble.failures
	})
	return wait
}
