package host_test

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
)

// TestZoneTravels moves a computer while the process runs.
func TestZoneTravels(t *testing.T) {
	t.Setenv("TZ", "")
	file := filepath.Join(t.TempDir(), "localtime")
	z := host.NewZone(file)
	require.Same(t, time.Local, z.Location(), "no file, no opinion")
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, place := range []struct{ name, says string }{{"Europe/Berlin", "14:00"}, {"America/New_York", "08:00"}, {"Asia/Kathmandu", "17:45"}} {
		require.NoError(t, os.WriteFile(file, zoneData(t, place.name), 0o600))
		require.Equal(t, place.says, noon.In(z.Location()).Format("15:04"))
	}
	require.Same(t, z.Location(), z.Location(), "the same place is the same value")
	require.NoError(t, os.WriteFile(file, []byte("garbage"), 0o600))
	require.Equal(t, "17:45", noon.In(z.Location()).Format("15:04"), "the last good one stands")
	t.Setenv("TZ", "UTC")
	require.NoError(t, os.WriteFile(file, zoneData(t, "Europe/Berlin"), 0o600))
	require.Equal(t, "17:45", noon.In(z.Location()).Format("15:04"), "the environment decided at the start")
}

// zoneData is a zone as Go's own database has it.
func zoneData(t *testing.T, name string) []byte {
	t.Helper()
	all, err := zip.OpenReader(filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip"))
	require.NoError(t, err)
	defer all.Close()
	data, err := fs.ReadFile(all, name)
	require.NoError(t, err)
	return data
}
