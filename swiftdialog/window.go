package swiftdialog

import (
	"context"
	"sync"
)

// Window is one open window of Either's.
type Window struct {
	tools *Either

	mu      sync.Mutex
	o       Options // as it was last told
	news    bool    // a plain window is on its way out because it was told anew
	now     opened
	drawn   bool // by swiftDialog
	stopped bool

	done   chan struct{}
	result Result
}

// own waits for the end, and opens another window where nobody saw this one, or
// where a plain one was told anew.
func (w *Window) own(ctx context.Context) {
	defer close(w.done)
	for {
		w.result = w.now.Wait()
		again := w.told() && w.result.Ending == Interrupted
		if w.drawn {
			again = w.tools.count(w.result)
		}
		if !again || ctx.Err() != nil || !w.next(ctx) {
			return
		}
	}
}

// told reports, once, that a plain window was told anew.
func (w *Window) told() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	news := w.news
	w.news = false
	return news
}

// next replaces the window. The lock keeps a Stop from falling between two.
func (w *Window) next(ctx context.Context) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return false
	}
	another, drawn, err := w.tools.open(ctx, w.o)
	if err != nil {
		w.result.Detail += "; " + err.Error()
		return false
	}
	w.now, w.drawn = another, drawn
	return true
}

// Update changes the open window. A plain one can't be changed, so that a new
// message takes another; what is pressed in the old one meanwhile counts. It may
// wait for a window that is slow to open; nobody who wants to stop it waits for
// that.
func (w *Window) Update(u Update) error {
	w.mu.Lock()
	now := w.now
	if u.Message != "" && u.Message != w.o.Message {
		w.o.Message = u.Message
		if w.news = !w.drawn; w.news {
			now.Stop()
		}
	}
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
