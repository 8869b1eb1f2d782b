package host

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/require"
)

// A link to a folder full of files, a pipe or a folder is not watched.
func TestOnlyRegularFilesOfOthersAreWatched(t *testing.T) {
	for name, tt := range map[string]struct {
		place func(path string) error
		fits  bool
	}{
		"a file":   {func(p string) error { return os.WriteFile(p, nil, 0o600) }, true},
		"a folder": {func(p string) error { return os.Mkdir(p, 0o755) }, false},
		"a link":   {func(p string) error { return os.Symlink("/etc/hosts", p) }, false},
		"a pipe":   {func(p string) error { return syscall.Mkfifo(p, 0o644) }, false},
		"nothing":  {func(string) error { return nil }, false},
	} {
		path := filepath.Join(t.TempDir(), "state.json")
		require.NoError(t, tt.place(path))
		require.Equal(t, tt.fits, regular(path), name)
	}
}

// Whoever is at the console may write to it; that must not keep root busy.
func TestWritesToTheConsoleDoNotMatter(t *testing.T) {
	matters := newsOf([]string{"/dev/console", "/settings"})
	for e, want := range map[fsnotify.Event]bool{
		{Name: "/dev/console", Op: fsnotify.Write}:                  false,
		{Name: "/dev/console", Op: fsnotify.Chmod}:                  true,
		{Name: "/dev/console", Op: fsnotify.Write | fsnotify.Chmod}: true,
		{Name: "/settings/.cloudConfig", Op: fsnotify.Write}:        true,
		{Name: "/settings", Op: fsnotify.Remove}:                    true,
	} {
		require.Equal(t, want, matters(e), e.String())
	}
}
