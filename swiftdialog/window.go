package swiftdialog

import (
	"context"
	"sync"
)

// Window is one open window of Either's.
type Window struct {
	tools *Either

	mu      sync.Mutex
	now     opened
	drawn   bool // by swiftDialog
	stopped bool

	done   chan struct{}
	result Result
}

// own waits for the end, and opens another window where nobody saw this one.
func (w *Window) own(ctx context.Context, o Options) {
	defer close(w.done)
	for {
		w.result = w.now.Wait()
		if !w.drawn || !w.tools.count(w.result) || ctx.Err() != nil || !w.next(ctx, o) {
			return
		}
	}
}

// next replaces the window. The lock keeps a Stop from falling between two.
func (w *Window) next(ctx context.Context, o Options) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return false
	}
	another, drawn, err := w.tools.open(ctx, o)
	if err != nil {
		w.result.Detail += "; " + err.Error()
		return false
	}
	w.now, w.drawn = another, drawn
	return true
}

// Update changes the open window. A plain one stays as it is. It may wait for a
// window that is slow to open; nobody who wants to stop it waits for that.
func (w *Window) Update(u Update) error {
	w.mu.Lock()
	now := w.now
	w.mu.Unlock()
	return now.Update(u)
}

// Stop asks the window to go and returns at once.
func (w *Window) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.now.Stop()
}

// Wait returns when the window has gone.
func (w *Window) Wait() Result {
	<-w.done
	return w.result
}
