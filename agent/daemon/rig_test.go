package daemon_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
)

// rig is a link, or another actor, with what is around it.
type rig struct {
	t     *testing.T
	dir   string // var
	fleet *fleet
	mac   *someMac
	log   *bytes.Buffer
	logMu sync.Mutex
	conf  options.Config
}

func newRig(t *testing.T) *rig {
	r := &rig{t: t, dir: filepath.Join(t.TempDir(), "root", "var"), fleet: &fleet{secret: "secret-1"}, mac: &someMac{enrollment: oldMDM}, log: &bytes.Buffer{}}
	r.conf = options.Config{RootDir: filepath.Dir(r.dir), EnrollSecret: "secret-1", Companion: "auto", Vitals: "auto", VitalsInterval: policy.Duration(5 * time.Minute),
		RemoveAfter: policy.Duration(24 * time.Hour), Policy: policy.Policy{FleetURL: "https://fleet.example.com"}}
	require.NoError(t, daemon.Prepare(r.dir))
	return r
}

func (r *rig) Write(p []byte) (int, error) {
	r.logMu.Lock()
	defer r.logMu.Unlock()
	return r.log.Write(p)
}

// set changes what others look at.
func (r *rig) set(change func()) {
	r.fleet.mu.Lock()
	defer r.fleet.mu.Unlock()
	r.mac.mu.Lock()
	defer r.mac.mu.Unlock()
	change()
}

func (r *rig) logger() zerolog.Logger { return zerolog.New(r) }

func (r *rig) board() *daemon.Board { return daemon.NewBoard(r.dir, "test", r.logger()) }

func (r *rig) status() daemon.Status {
	s, err := daemon.LoadStatus(r.dir)
	require.NoError(r.t, err)
	return s
}

// link starts a link, as a new process would, and stops it with the test or stop.
func (r *rig) link(o daemon.Observed) (l *daemon.Link, stop func()) {
	dial := func(_ options.Config, token func() (string, error)) (daemon.Server, error) {
		return r.fleet.server(token), nil
	}
	l = daemon.NewLink(r.dir, dial, r.mac, func() string { return "" }, r.board(), r.logger())
	l.Config.Put(r.conf)
	l.Seen.Put(o)
	return l, r.start(l.Run)
}

func (r *rig) start(run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(r.t, <-done)
		}
	}
	r.t.Cleanup(stop)
	synctest.Wait()
	return stop
}

// file is the token that the desktop of a user reads.
func (r *rig) file(uid int) string {
	data, err := os.ReadFile(filepath.Join(r.dir, "users", strconv.Itoa(uid), "identifier"))
	if err != nil {
		return ""
	}
	return string(data)
}
