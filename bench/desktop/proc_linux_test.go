package desktop_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// usage is what /proc says of a process, over all of its threads.
type usage struct {
	cpu      time.Duration
	switches int // voluntary: a thread went to sleep, so it had been woken
}

func usageOf(tb testing.TB, pid int) usage {
	tb.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	require.NoError(tb, err)
	require.NotEmpty(tb, tasks, "the process has gone")
	var u usage
	for _, task := range tasks {
		var ran, waited, slices int64
		scan(tb, filepath.Join(task, "schedstat"), "%d %d %d", &ran, &waited, &slices)
		u.cpu += time.Duration(ran)
		u.switches += int(field(tb, filepath.Join(task, "status"), "voluntary_ctxt_switches"))
	}
	return u
}

// memoryOf is resident memory and the private part of it that was written, in MiB.
func memoryOf(tb testing.TB, pid int) (rss, dirty float64) {
	tb.Helper()
	const kib = 1024.0
	rss = float64(field(tb, fmt.Sprintf("/proc/%d/status", pid), "VmRSS")) / kib
	return rss, float64(field(tb, fmt.Sprintf("/proc/%d/smaps_rollup", pid), "Private_Dirty")) / kib
}

func scan(tb testing.TB, path, format string, to ...any) {
	tb.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(tb, err)
	_, err = fmt.Sscanf(string(raw), format, to...)
	require.NoError(tb, err, path)
}

// field is the number behind a name and a colon.
func field(tb testing.TB, path, name string) (n int64) {
	tb.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(tb, err)
	for line := range strings.Lines(string(raw)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			_, err := fmt.Sscan(value, &n)
			require.NoError(tb, err, line)
			return n
		}
	}
	require.Fail(tb, "no such line", "%s in %s", name, path)
	return 0
}
