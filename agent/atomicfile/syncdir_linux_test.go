package atomicfile

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Linux's /proc is one of the file systems that can't sync a folder, as a home
// on a file server is: there the file is written all the same.
func TestAFolderThatCannotBeSynced(t *testing.T) {
	require.NoError(t, syncDir("/proc"))
	require.ErrorContains(t, syncDir("/proc/none"), "syncing /proc/none")
}
