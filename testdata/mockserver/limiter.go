package mockserver

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// FailureLimit is a rule for addresses that fail to authenticate.
type FailureLimit string

// The rules. Quota is what Fleet 4.57 does: per endpoint and address, 100
// failures at once and 720 an hour, then 429, for good tokens too. Ban is what
// its source of 2026 does: 1,000 failures in a row within a minute ban the
// address for a minute, on every device endpoint.
const (
	LimitQuota FailureLimit = "quota"
	LimitBan   FailureLimit = "ban"
	LimitOff   FailureLimit = "off"
)

func (f FailureLimit) check() error {
	switch f {
	case LimitQuota, LimitBan, LimitOff:
		return nil
	}
	return fmt.Errorf("making the server: failure limit is %q: want %q, %q or %q", f, LimitQuota, LimitBan, LimitOff)
}

const (
	quotaBurst = 100
	quotaEvery = time.Hour / 720

	banAfter  = 1000
	banWithin = time.Minute
	banFor    = time.Minute

	// keptAddresses bounds the memory that strangers can make us use.
	keptAddresses = 100_000
)

// limiter counts failures. Nothing is kept of an address that never failed. A
// clock that was set ahead and back again leaves times too far away to be real;
// they count as none.
type limiter struct {
	rule FailureLimit
	now  func() time.Time
	mu   *sync.Mutex
	seen map[string]*failures
}

type failures struct {
	full   time.Time // quota: when the whole burst is free again
	count  int       // ban: failures in a row
	first  time.Time // ban: the first of them
	banned time.Time // ban: until then
}

func newLimiter(rule FailureLimit, now func() time.Time) limiter {
	return limiter{rule: rule, now: now, mu: &sync.Mutex{}, seen: map[string]*failures{}}
}

// refuses reports whether the caller is refused, whatever it shows.
func (l *limiter) refuses(r *http.Request) bool {
	if l.rule == LimitOff {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.seen[l.key(r)]
	if f == nil {
		return false
	}
	now := l.now()
	if l.rule == LimitBan {
		left := f.banned.Sub(now)
		return left > 0 && left <= banFor
	}
	left := f.full.Sub(now)
	return left > (quotaBurst-1)*quotaEvery && left <= quotaBurst*quotaEvery
}

// failed counts a failure.
func (l *limiter) failed(r *http.Request) {
	if l.rule == LimitOff {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key, now := l.key(r), l.now()
	f := l.seen[key]
	if f == nil {
		if len(l.seen) >= keptAddresses {
			clear(l.seen)
		}
		f = &failures{}
		l.seen[key] = f
	}
	if l.rule == LimitQuota {
		left := f.full.Sub(now)
		if left < 0 || left > quotaBurst*quotaEvery {
			left = 0
		}
		f.full = now.Add(min(left+quotaEvery, quotaBurst*quotaEvery)) // many at once get no further than one by one
		return
	}
	if f.count == 0 || now.Sub(f.first) > banWithin {
		f.count, f.first = 0, now
	}
	if f.count++; f.count >= banAfter {
		f.count, f.banned = 0, now.Add(banFor)
	}
}

// succeeded ends a row of failures.
func (l *limiter) succeeded(r *http.Request) {
	if l.rule != LimitBan {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.seen[l.key(r)]; f != nil {
		f.count = 0
	}
}

func (l *limiter) key(r *http.Request) string {
	address := r.Header.Get("X-Forwarded-For")
	if address == "" {
		address, _, _ = net.SplitHostPort(r.RemoteAddr)
	}
	if l.rule == LimitQuota {
		return r.Pattern + " " + address
	}
	return address
}
