package atomicfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/atomicfile"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	old := syscall.Umask(0o777)
	err := atomicfile.Write(path, []byte("one"), 0o644)
	syscall.Umask(old)
	require.NoError(t, err)
	require.NoError(t, atomicfile.Write(path, []byte("two"), 0o600))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "two", string(data))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	requireOnly(t, dir, "f")
}

func TestWriteThatFailsChangesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "taken")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "by a folder"), 0o755))
	err := atomicfile.Write(path, []byte("x"), 0o600)
	require.ErrorContains(t, err, "writing "+path+": ")
	require.Equal(t, err.Error(), atomicfile.Write(path, []byte("x"), 0o600).Error(), "the same trouble is told with the same words: nobody logs it twice")
	requireOnly(t, dir, "taken")
	require.Error(t, atomicfile.Write(filepath.Join(dir, "no", "folder"), nil, 0o600))
}

func requireOnly(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, name, entries[0].Name())
}
