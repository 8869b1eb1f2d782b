package atomicfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/atomicfile"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	require.NoError(t, os.WriteFile(path, []byte("12345"), 0o600))
	for name, read := range map[string]func(string, int64) ([]byte, error){"read": atomicfile.Read, "owned": atomicfile.ReadOwned} {
		t.Run(name, func(t *testing.T) {
			data, err := read(path, 5)
			require.NoError(t, err)
			require.Equal(t, "12345", string(data))
			_, err = read(path, 4)
			require.ErrorIs(t, err, atomicfile.ErrTooLarge)
			_, err = read(filepath.Join(dir, "none"), 5)
			require.ErrorIs(t, err, fs.ErrNotExist)
			_, err = read(dir, 5)
			require.ErrorContains(t, err, "not a regular file")
			_, err = read("/dev/zero", 5)
			require.ErrorContains(t, err, "not a regular file")
		})
	}
	fifo := filepath.Join(dir, "fifo")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	_, err := atomicfile.Read(fifo, 5)
	require.ErrorContains(t, err, "not a regular file", "and nobody waits for a writer")
}

func TestWhatOthersCanWriteDoesNotCount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Chmod(path, 0o602))
	_, err := atomicfile.ReadOwned(path, 5)
	require.ErrorContains(t, err, path+" can be written by others")
	require.NoError(t, os.Chmod(path, 0o620))
	_, err = atomicfile.ReadOwned(path, 5)
	require.ErrorContains(t, err, "chmod go-w", "on a Mac the group is everybody's")
	_, err = atomicfile.Read(path, 5)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(path, 0o600))
	if os.Getuid() == 0 { // only root can give a file away
		require.NoError(t, os.Chown(path, 65534, -1))
		_, err = atomicfile.ReadOwned(path, 5)
		require.ErrorContains(t, err, "neither root nor this user")
	}
}
