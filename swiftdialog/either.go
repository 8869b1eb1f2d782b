package swiftdialog

import (
	"context"
	"sync"
	"time"
)

// When swiftDialog is given up, and for how long: it may be mended meanwhile.
const (
	maxCrashes = 3               // in a row
	earlyCrash = 2 * time.Second // within which nobody has read anything
	tryAgain   = time.Hour
)

// Either opens windows with swiftDialog, and with the system's plain dialog
// where swiftDialog is missing, does not fit this Mac, crashed three times in
// a row or opened no window in its time: a person who is asked plainly is
// better served than one who is not asked. The endings are the same.
type Either struct {
	runner *Runner
	plain  *Plain

	mu      sync.Mutex
	crashes int
	plainTo time.Time // until then the plain dialog, after crashes
	why     string    // why the last window was not swiftDialog's; "" it was
}

// NewEither names both tools.
func NewEither(runner *Runner, plain *Plain) *Either { return &Either{runner: runner, plain: plain} }

// Downgraded says why the plain dialog stands in; "" while swiftDialog draws.
func (e *Either) Downgraded() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.why
}

// opened is a window of either tool.
type opened interface {
	Update(Update) error
	Stop()
	Wait() Result
}

// Show opens a window. It goes with ctx. An error means that none opened.
func (e *Either) Show(ctx context.Context, o Options) (*Window, error) {
	first, drawn, err := e.open(ctx, o)
	if err != nil {
		return nil, err
	}
	w := &Window{tools: e, o: o, now: first, drawn: drawn, done: make(chan struct{})}
	go w.own(ctx)
	return w, nil
}

// open opens a window with the tool whose turn it is; drawn tells swiftDialog's.
func (e *Either) open(ctx context.Context, o Options) (w opened, drawn bool, err error) {
	if !e.givenUp() {
		d, err := e.runner.Show(ctx, o)
		e.note(err)
		if err == nil {
			return d, true, nil
		}
	}
	p, err := e.plain.Show(ctx, o)
	if err != nil {
		return nil, false, err
	}
	return p, false, nil
}

// givenUp reports that swiftDialog crashed too often, not long ago.
func (e *Either) givenUp() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.crashes >= maxCrashes && time.Now().After(e.plainTo) {
		e.crashes = 0
	}
	return e.crashes >= maxCrashes
}

// note keeps why swiftDialog did not open a window.
func (e *Either) note(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.why = ""
	if err != nil {
		e.why = err.Error()
	}
}

// count takes the end of a window of swiftDialog's. again reports that the
// person has not seen it, so that another one has to open.
func (e *Either) count(r Result) (again bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.Ending != Broken {
		e.crashes, e.why = 0, ""
		return false
	}
	e.crashes++
	if r.Unseen { // the next one would take as long to show nothing
		e.crashes = maxCrashes
	}
	if e.crashes >= maxCrashes {
		e.plainTo, e.why = time.Now().Add(tryAgain), "swiftDialog: "+r.Detail
	}
	return r.Unseen || r.Closed.Sub(r.Opened) < earlyCrash
}
