package host

import (
	"context"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// ProfilesFolder is where macOS keeps what it knows of its enrollment: files in
// it come and go with every change.
const ProfilesFolder = "/private/var/db/ConfigurationProfiles/Settings"

// Console is owned by the person at the screen: loginwindow sees to that.
const Console = "/dev/console"

// ConsoleOwner is the user id that owns the console; 0 at the login window.
// Unlike asking ioreg it starts no process.
func ConsoleOwner(path string) (uid int, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}

// gather is how long changes are gathered into one: an enrollment writes many
// files within a second.
const gather = 300 * time.Millisecond

// WatchFolders tells that something changed in one of the folders, or about one
// of the files among them (its owner too), until ctx ends; and once when one is
// watched from now on, since it may have changed before. One that is not there
// is looked for: soon after it went, later once a minute. Where the kernel gives
// no watch it tells nothing: callers look from time to time as well.
func WatchFolders(ctx context.Context, paths ...string) <-chan struct{} {
	w := &folderWatcher{out: make(chan struct{}, 1), paths: paths, missing: map[string]bool{}}
	for _, p := range paths {
		w.missing[p] = true
	}
	go w.run(ctx)
	return w.out
}

type folderWatcher struct {
	out     chan struct{}
	paths   []string
	missing map[string]bool
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
			changed()
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
		if notify.Add(p) == nil {
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
