package packaging

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatAnotherUserOwnsIsNotTrusted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "entry")
	require.NoError(t, os.WriteFile(name, nil, 0o600))
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.NoError(t, ownedBy(info, os.Geteuid()))
	require.ErrorContains(t, ownedBy(info, os.Geteuid()+1), "give another folder with --cache")
	require.NoError(t, os.Chmod(name, 0o620))
	info, err = os.Stat(name)
	require.NoError(t, err)
	require.ErrorContains(t, ownedBy(info, os.Geteuid()), "run chmod go-w on it")
}
