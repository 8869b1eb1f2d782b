package daemon

import (
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
