package daemon

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"fleetmigrate/agent/host"
)

// Asker asks Apple whether this Mac is assigned.
type Asker interface {
	Assignment(ctx context.Context) (a host.Assignment, webURL, said string, err error)
}

// The limits of `profiles show -type enrollment`. Apple answers about ten times
// and then says "Request too soon", or repeats an old answer; the manual page
// speaks of once in 23 hours. Some calls are left to the admin's own hands.
const (
	showDay     = 23 * time.Hour
	showBudget  = 8
	showFresh   = 6 * time.Hour    // an answer is good for so long
	showRetry   = 30 * time.Minute // after no answer
	tooSoonWait = time.Hour        // doubling, up to showDay
)

// Ledger is what every process of this agent knows of Apple's answers, on disk
// and under a lock, so that together they never ask too often.
type Ledger struct {
	path  string
	asker Asker
}

// NewLedger names the ledger below the private folder.
func NewLedger(private string, asker Asker) *Ledger {
	return &Ledger{filepath.Join(private, "profiles-show.json"), asker}
}

// Assignment is the last good answer, or a new one where that is old, or wanted
// is set, and the limits allow to ask. An answer that is no longer new is
// marked as cached.
func (l *Ledger) Assignment(ctx context.Context, wanted bool) (host.ADE, AppleStatus, error) {
	unlock, err := l.lock(ctx)
	if err != nil { // nobody may ask uncounted; what is known is known
		ade, status, _ := l.Peek()
		return ade, status, err
	}
	defer unlock()
	var p page
	err = load(l.path, &p) // a damaged one is set aside, and the count begins anew
	now := time.Now().Round(0)
	p.forget(now)
	if p.mayAsk(now, wanted) {
		p.note(now) // before the call: a kill must not lose the count
		if err := save(l.path, p, modeSecret); err != nil {
			return p.ade(now), p.status(), fmt.Errorf("keeping count of profiles show: %w", err)
		}
		p.ask(ctx, l.asker, now)
		err = save(l.path, p, modeSecret)
	}
	return p.ade(now), p.status(), err
}

// Peek is what the ledger says, without asking anybody.
func (l *Ledger) Peek() (host.ADE, AppleStatus, error) {
	var p page
	if _, err := os.Stat(l.path); err != nil {
		return host.ADE{Unknown: true}, AppleStatus{Limit: showBudget}, nil
	}
	err := read(l.path, &p)
	now := time.Now().Round(0)
	p.forget(now)
	return p.ade(now), p.status(), err
}

// ledgerFor is more than one question takes: who holds the ledger for longer has
// stopped, and keeps nobody from saying what is known.
const ledgerFor = 15 * time.Second

func (l *Ledger) lock(ctx context.Context) (func(), error) {
	f, err := os.OpenFile(l.path+".lock", os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, modeSecret)
	if err != nil {
		return nil, fmt.Errorf("locking the ledger of profiles show: %w", err)
	}
	if err := flock(ctx, f, ledgerFor); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking the ledger of profiles show: %w", err)
	}
	return func() { f.Close() }, nil
}
