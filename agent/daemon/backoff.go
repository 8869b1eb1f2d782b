package daemon

import (
	"errors"
	"math/rand/v2"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// The times of backing off: full jitter under a ceiling that doubles. The
// jitter comes after the cap, so that a long outage ends without a herd.
const (
	backoffBase   = 10 * time.Second
	backoffCap    = 30 * time.Minute
	backoffFloor  = 5 * time.Second
	backoffMaxPow = 12
)

// backoff counts failures in a row.
type backoff struct{ failures int }

// next is how long to wait after one more failure. What the server asks for
// (Retry-After) goes before everything.
func (b *backoff) next(err error) time.Duration {
	ceiling := min(backoffCap, backoffBase<<min(b.failures, backoffMaxPow))
	b.failures++
	if after := deviceclient.RetryAfter(err); after > 0 {
		return after + time.Duration(rand.Float64()*float64(min(after, time.Minute)))
	}
	return max(backoffFloor, time.Duration(rand.Float64()*float64(ceiling)))
}

// step is next, but that the first failure waits for nothing.
func (b *backoff) step(err error) time.Duration {
	if b.failures == 0 {
		b.failures = 1
		return 0
	}
	return b.next(err)
}

// localError is trouble of this Mac's own, with a disk above all: the server
// has no part in it, and other calls may go on.
type localError struct{ error }

func (e localError) Unwrap() error { return e.error }

func local(err error) error {
	if err == nil {
		return nil
	}
	return localError{err}
}

// unusable reports an answer that some server gave to this very call and that
// can't be read: what is blocked or broken there need not be so elsewhere.
func unusable(err error) bool {
	return errors.Is(err, deviceclient.ErrNotJSON) || errors.Is(err, deviceclient.ErrTooLarge)
}

// serverTrouble reports an error that says nothing of the call itself: the
// server is not in reach, or can't answer anybody. Then nothing else is asked.
func serverTrouble(err error) bool {
	var here localError
	switch status := deviceclient.StatusOf(err); {
	case err == nil, errors.As(err, &here), errors.Is(err, deviceclient.ErrNoToken), errors.Is(err, deviceclient.ErrNodeInvalid):
		return false
	case status == 0: // no answer, or none from a Fleet server
		return true
	default:
		return status >= 500 || errors.Is(err, deviceclient.ErrRateLimited)
	}
}
