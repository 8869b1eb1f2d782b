package host

import (
	"context"
	"os"
	"slices"
	"syscall"

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

// WatchFolders tells that something changed in one of the folders, or whose one
// of the files among them is, until ctx ends; and once when one is watched from
// now on, since it may have changed before. One that is not there is looked for:
// soon after it went, later once a minute. Where the kernel gives no watch it
// tells nothing: callers look from time to time as well.
func WatchFolders(ctx context.Context, paths ...string) <-chan struct{} {
	return newFolderWatcher(ctx, &folderWatcher{paths: paths, fits: func(string) bool { return true }, matters: newsOf(paths)})
}

// newsOf leaves out what is written to the paths themselves: whoever is at the
// console may do that all day, and would keep root busy looking.
func newsOf(paths []string) func(fsnotify.Event) bool {
	return func(e fsnotify.Event) bool { return e.Op != fsnotify.Write || !slices.Contains(paths, e.Name) }
}

// WatchFile tells, as WatchFolders does, that a file changed, came or went which
// another user may have made into anything: only a regular one is watched, and
// never its folder. On macOS the watch of a folder opens every file in it, and
// whoever owns it could fill it with more than a process may open.
func WatchFile(ctx context.Context, path string) <-chan struct{} {
	return newFolderWatcher(ctx, &folderWatcher{paths: []string{path}, fits: regular, matters: func(fsnotify.Event) bool { return true }})
}

func regular(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}
