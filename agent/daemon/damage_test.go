package daemon

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// A file of the daemon's own that is no good is as none, whatever it is; and
// what is half good does not count by half.
func TestDamagedFilesAreAsNone(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"garbage": func(p string) error { return os.WriteFile(p, []byte("\x00\xff{"), 0o600) },
		"half":    func(p string) error { return os.WriteFile(p, []byte(`{"server":"https://x","orbit_node`), 0o600) },
		"one type": func(p string) error {
			return os.WriteFile(p, []byte(`{"server":"https://x","orbit_node_key":7}`), 0o600)
		},
		"a list":    func(p string) error { return os.WriteFile(p, []byte(`[]`), 0o600) },
		"far large": func(p string) error { return os.WriteFile(p, []byte(`"`+strings.Repeat("x", 2*maxFile)+`"`), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			private := filepath.Join(newVar(t), "private")
			path := filepath.Join(private, "node-keys.json")
			require.NoError(t, damage(path))
			k, err := openKeyring(private)
			require.ErrorIs(t, err, errDamaged)
			require.Zero(t, k.keys)
			aside, err := filepath.Glob(path + ".damaged-*")
			require.NoError(t, err)
			require.Len(t, aside, 1)
			require.NoError(t, k.keep())
			_, err = openKeyring(private)
			require.NoError(t, err)
		})
	}
}

// Reading the status must not wait for somebody who never writes.
func TestAPipeIsNotWaitedFor(t *testing.T) {
	dir := newVar(t)
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "status.json"), 0o644))
	_, err := LoadStatus(dir)
	require.ErrorContains(t, err, "not a regular file")
}

// Who is killed often must not fill the disk.
func TestHalfWrittenFilesAreSwept(t *testing.T) {
	dir := newVar(t)
	old, young := filepath.Join(dir, ".status.json.123"), filepath.Join(dir, ".pause.json.456")
	secret, other := filepath.Join(dir, "private", ".node-keys.json.789"), filepath.Join(dir, "private", "node-keys.json")
	for _, path := range []string{old, young, secret, other} {
		require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	}
	ago := time.Now().Add(-time.Hour)
	for _, path := range []string{old, secret, other} {
		require.NoError(t, os.Chtimes(path, ago, ago))
	}
	sweep(dir, time.Now())
	require.NoFileExists(t, old)
	require.NoFileExists(t, secret)
	require.FileExists(t, young, "somebody may be writing it")
	require.FileExists(t, other)
}

// hung is a Mac on which no command ends by itself.
type hung struct{}

func (hung) Facts(ctx context.Context) (host.Facts, error) {
	<-ctx.Done()
	return host.Facts{}, ctx.Err()
}

func (hung) Job(ctx context.Context, _ host.Job) (host.JobState, error) {
	<-ctx.Done()
	return host.JobState{}, ctx.Err()
}

// A Mac on which everything hangs is said to, and is asked again.
func TestAMacThatHangsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newVar(t)
		ctx, cancel := context.WithCancel(t.Context())
		o := NewObserver(hung{}, hung{}, NewLedger(filepath.Join(dir, "private"), nil), host.Renew{}, NewBoard(dir, "1", zerolog.Nop()), zerolog.Nop())
		o.Config.Put(options.Config{RootDir: filepath.Dir(dir)})
		done := make(chan error)
		go func() { done <- o.Run(ctx, nil) }()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		s, err := LoadStatus(dir)
		require.NoError(t, err)
		require.Contains(t, s.Mac.Trouble, "not everything was answered within 1m0s")
		cancel()
		require.NoError(t, <-done)
	})
}

// Whoever stopped while it held the ledger keeps nobody from what is known.
func TestALedgerThatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		private := filepath.Join(newVar(t), "private")
		ledger := NewLedger(private, nil)
		known := host.ADE{Assigned: true, ReadAt: time.Now()}
		require.NoError(t, save(ledger.path, page{Answer: known}, modeSecret))
		unlock, err := ledger.lock(t.Context())
		require.NoError(t, err)
		defer unlock()
		ade, _, err := ledger.Assignment(t.Context(), true)
		require.ErrorIs(t, err, errHeld)
		require.True(t, ade.Assigned)
	})
}
