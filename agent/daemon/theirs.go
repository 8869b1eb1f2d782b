package daemon

import (
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

const (
	maxTheirs     = 256 << 10
	theirsTimeout = 2 * time.Second
)

// ReadTheirs reads a JSON file that another user may have made into anything.
// It is opened without waiting and without following a link, must be that
// user's own (or root's) and small, and a file system that hangs costs a
// goroutine and not the daemon. It reports whether v was filled.
func ReadTheirs(path string, uid int, v any) bool {
	done := make(chan []byte, 1)
	go func() {
		data, _ := readTheirs(path, uid) // what can't be read says nothing
		done <- data
	}()
	timeout := time.NewTimer(theirsTimeout)
	defer timeout.Stop()
	select {
	case data := <-done:
		return len(data) > 0 && json.Unmarshal(data, v) == nil
	case <-timeout.C:
		return false
	}
}

func readTheirs(path string, uid int) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxTheirs || !owns(info, uid) && !owns(info, os.Geteuid()) {
		return nil, fs.ErrPermission
	}
	return io.ReadAll(io.LimitReader(f, maxTheirs))
}
