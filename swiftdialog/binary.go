package swiftdialog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// checkBinary wants the app itself, which only root or this user can change.
// Its launcher, /usr/local/bin/dialog, is refused: it hides which signal ended
// the window, and keeps back what it printed until then.
func checkBinary(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %s", ErrMissing, path)
	case err != nil:
		return fmt.Errorf("looking at swiftDialog: %w", err)
	case info.IsDir():
		return fmt.Errorf("%w: %s is a folder; name the binary in the app, …/Dialog.app/Contents/MacOS/Dialog", ErrNotApp, path)
	}
	if real, err := filepath.EvalSymlinks(path); err != nil || !inBundle(real) {
		return fmt.Errorf("%w: %s is a launcher, or elsewhere; name the binary in the app, …/Dialog.app/Contents/MacOS/Dialog", ErrNotApp, path)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); info.Mode()&0o002 != 0 || !ok || owner.Uid != 0 && int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("%w: make %s belong to root, and writable by root only", ErrUnsafe, path)
	}
	return nil
}

func inBundle(path string) bool {
	return strings.HasSuffix(filepath.Dir(path), ".app/Contents/MacOS") && filepath.Base(path) != "dialogcli"
}
