package host

import (
	"context"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a file must be left alone before its change is told: an
// atomic write is several events.
const settle = 50 * time.Millisecond

// A folder that is not there yet is looked for after firstLook, and then less
// and less often: its parent may be closed to this user, who is then not told
// of its coming.
const (
	firstLook = time.Second
	lastLook  = time.Minute
)

// WatchFiles tells which of the files changed, came or went, until ctx ends.
// It watches their folders, so that a file replaced by rename is seen, and
// asks the kernel, so that nothing wakes while nothing changes.
func WatchFiles(ctx context.Context, paths ...string) <-chan string {
	w := &watcher{ctx: ctx, out: make(chan string), wanted: map[string]string{}, missing: map[string]bool{}}
	for _, p := range paths {
		clean := filepath.Clean(p)
		w.wanted[clean] = p
		w.missing[filepath.Dir(clean)] = true
	}
	go w.run()
	return w.out
}

type watcher struct {
	ctx     context.Context
	out     chan string
	wanted  map[string]string // clean path to path as given
	missing map[string]bool   // folders not watched yet
	changed map[string]bool
}

func (w *watcher) run() {
	defer close(w.out)
	notify, err := fsnotify.NewWatcher()
	if err != nil { // no inotify or kqueue left: the kernel's limit
		<-w.ctx.Done()
		return
	}
	defer notify.Close()
	w.changed = map[string]bool{}
	w.loop(notify)
}

func (w *watcher) loop(notify *fsnotify.Watcher) {
	settled, look := time.NewTimer(time.Hour), time.NewTimer(0)
	settled.Stop()
	next := firstLook
	defer settled.Stop()
	defer look.Stop()
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-look.C:
			if w.addFolders(notify) {
				settled.Reset(settle)
			}
			if len(w.missing) > 0 {
				look.Reset(next)
				next = min(2*next, lastLook)
			}
		case e := <-notify.Events:
			if w.note(e) {
				settled.Reset(settle)
			}
			if dir := filepath.Clean(e.Name); w.missing[dir] {
				_ = notify.Remove(dir) // the old folder's, wherever that is now
				next = firstLook
				look.Reset(0)
			}
		case <-notify.Errors:
			// An overflow loses events: look at everything.
			for clean := range w.wanted {
				w.changed[clean] = true
			}
			settled.Reset(settle)
		case <-settled.C:
			if !w.tell() {
				return
			}
		}
	}
}

// addFolders watches the folders that exist by now, and the parents of those
// that don't, so that their coming is seen at once. It reports whether files
// of a newly found folder have to be told.
func (w *watcher) addFolders(notify *fsnotify.Watcher) (found bool) {
	for dir := range w.missing {
		if notify.Add(dir) != nil {
			_ = notify.Add(filepath.Dir(dir))
			continue
		}
		delete(w.missing, dir)
		for clean := range w.wanted {
			if filepath.Dir(clean) == dir {
				w.changed[clean], found = true, true
			}
		}
	}
	return found
}

// note reports whether an event is about a wanted file, or a watched folder that
// went and took its files along. A folder that came, or went, is missing until
// it is watched.
func (w *watcher) note(e fsnotify.Event) bool {
	name := filepath.Clean(e.Name)
	if _, ok := w.wanted[name]; ok && e.Op != fsnotify.Chmod {
		w.changed[name] = true
		return true
	}
	went := e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	for clean := range w.wanted {
		if filepath.Dir(clean) == name && (went || e.Has(fsnotify.Create)) {
			w.missing[name] = true
			if went {
				w.changed[clean] = true
			}
		}
	}
	return went && w.missing[name]
}

func (w *watcher) tell() bool {
	for clean := range w.changed {
		delete(w.changed, clean)
		select {
		case w.out <- w.wanted[clean]:
		case <-w.ctx.Done():
			return false
		}
	}
	return true
}
