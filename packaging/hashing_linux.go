package packaging

import (
	"os"
	"syscall"
)

// startWriting lets the disk begin with a range that will not change any more,
// so that the Sync at the end has less to wait for. It is a hint: what fails
// here, Sync finds.
func startWriting(file *os.File, offset, length int64) {
	const write = 2 // SYNC_FILE_RANGE_WRITE, of sync_file_range(2)
	_ = syscall.SyncFileRange(int(file.Fd()), offset, length, write)
}
