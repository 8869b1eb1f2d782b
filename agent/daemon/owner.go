package daemon

import (
	"io/fs"
	"os"
	"syscall"
)

// owns reports that a file is a person's; for who is not root, and can give
// nothing away, that it is one's own.
func owns(info fs.FileInfo, uid int) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	if euid := os.Geteuid(); euid != 0 {
		return int(st.Uid) == euid
	}
	return int(st.Uid) == uid
}
