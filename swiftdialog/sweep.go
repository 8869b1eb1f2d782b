package swiftdialog

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// folder begins the name of every window's folder; the number of the process
// that opened the window follows.
const folder = "fleet-migrate-dialog-"

// Sweep asks the windows to go whose process was killed: versions before 3.0
// don't notice that, and would stand beside the next window. It gives the
// number of folders that it cleared away.
func Sweep() (int, error) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), folder+"*"))
	cleared := 0
	for _, dir := range left {
		if !orphaned(dir) {
			continue
		}
		command(filepath.Join(dir, commandFile), "quit:")
		err = errors.Join(err, os.RemoveAll(dir))
		cleared++
	}
	return cleared, err
}

// orphaned reports a folder of this user's whose process has gone.
func orphaned(dir string) bool {
	number, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), folder), "-")
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 1 || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
