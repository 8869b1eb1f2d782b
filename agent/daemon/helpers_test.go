package daemon_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/options"
	"fleetmigrate/pkg/deviceclient"
)

func userName(uid int) string { return strconv.Itoa(uid) }

// snapshot copies a folder as a kill would leave it.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "root", "var")
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// lossy does what it is asked and loses the first answers to a token.
type lossy struct {
	*fleet
	left *int
}

func (f lossy) SetDeviceToken(ctx context.Context, key, token string) error {
	err := f.fleet.SetDeviceToken(ctx, key, token)
	if *f.left > 0 {
		*f.left--
		return deviceclient.ErrTimeout
	}
	return err
}

func (f lossy) dial(_ options.Config, token func() (string, error)) (daemon.Server, error) {
	return daemon.Server{Orbit: f, Queries: f.fleet, QueryOptions: f.fleet, Device: device{f.fleet, token}}, nil
}

// pass lets time pass, and everything that happens in it come to rest.
func pass(d time.Duration) {
	synctest.Wait()
	time.Sleep(d)
	synctest.Wait()
}
