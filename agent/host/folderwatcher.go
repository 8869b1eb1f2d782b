package host

import (
	"context"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// gather is how long changes are gathered into one: an enrollment writes many
// files within a second.
const gather = 300 * time.Millisecond

type folderWatcher struct {
	out     chan struct{}
	paths   []string
	missing map[string]bool
	fits    func(path string) bool      // to be watched
	matters func(e fsnotify.Event) bool // to whoever is told
}

func newFolderWatcher(ctx context.Context, w *folderWatcher) <-chan struct{} {
	w.out, w.missing = make(chan struct{}, 1), map[string]bool{}
	for _, p := range w.paths {
		w.missing[p] = true
	}
	go w.run(ctx)
	return w.out
}

func (w *folderWatcher) run(ctx context.Context) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return
	}
	defer notify.Close()
	gathered, look := time.NewTimer(time.Hour), time.NewTimer(0)
	gathered.Stop()
	defer gathered.Stop()
	defer look.Stop()
	pending, next := false, firstLook
	changed := func() {
		if !pending {
			pending = true
			gathered.Reset(gather)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if w.add(notify) {
				changed()
			}
			if len(w.missing) > 0 {
				look.Reset(next)
				next = min(2*next, lastLook)
			}
		case e := <-notify.Events:
			if (e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)) && w.lost(notify, e.Name) {
				next = firstLook
				look.Reset(next)
			}
			if w.matters(e) {
				changed()
			}
		case <-notify.Errors: // an overflow: something changed
			changed()
		case <-gathered.C:
			pending = false
			select {
			case w.out <- struct{}{}:
			default: // one is waiting to be taken already
			}
		}
	}
}

// add watches what is there by now, and reports whether any came.
func (w *folderWatcher) add(notify *fsnotify.Watcher) (came bool) {
	for p := range w.missing {
		if w.fits(p) && notify.Add(p) == nil {
			delete(w.missing, p)
			came = true
		}
	}
	return came
}

// lost notes a path of ours that went, so that it is looked for again. The
// kernel's own list may have dropped it already.
func (w *folderWatcher) lost(notify *fsnotify.Watcher, name string) bool {
	if !slices.Contains(w.paths, name) {
		return false
	}
	_ = notify.Remove(name)
	w.missing[name] = true
	return true
}
