package daemon

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A daemon that was killed while it started a command has left its lock to
// that, for the moment until the command is another program.
func TestTheLockOfADeadDaemonIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		unlock, err := lock(t.Context(), dir)
		require.NoError(t, err)
		time.AfterFunc(time.Second, unlock)
		again, err := lock(t.Context(), dir)
		require.NoError(t, err)
		begin := time.Now()
		_, err = lock(t.Context(), dir)
		require.ErrorIs(t, err, ErrRunning)
		require.Equal(t, lockFor, time.Since(begin))
		again()
	})
}

// After a restart of the Mac, the process id that a dead daemon wrote may be
// anybody's.
func TestRunningIsWhoHasTheLock(t *testing.T) {
	dir := newVar(t)
	require.False(t, Running(dir, os.Getpid()), "a process id is not enough")
	unlock, err := lock(t.Context(), filepath.Join(dir, "private"))
	require.NoError(t, err)
	require.True(t, Running(dir, 0))
	unlock()
	require.False(t, Running(dir, 0))
	nowhere := filepath.Join(dir, "nowhere")
	require.True(t, Running(nowhere, os.Getpid()), "who may not look believes it")
	require.False(t, Running(nowhere, 0))
}
