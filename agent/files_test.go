package agent

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Root reads a person's status, and each person may put anything there: a link
// to somebody's secret, a pipe that never answers, a file without end.
func TestStatusIsReadFromAPlainFileOnly(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	require.NoError(t, os.WriteFile(secret, []byte(`{"version":"of another"}`), 0o600))
	for name, plant := range map[string]func(path string) error{
		"a link":   func(path string) error { return os.Symlink(secret, path) },
		"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"a terabyte": func(path string) error {
			require.NoError(t, os.WriteFile(path, nil, 0o600))
			return os.Truncate(path, 1<<40)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "status.json")
			require.NoError(t, plant(path))
			status, err := LoadStatus(path)
			require.ErrorContains(t, err, "reading desktop status")
			require.Zero(t, status.Version)
		})
	}
}
