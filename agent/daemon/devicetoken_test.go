package daemon_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
)

// Over half a day the desktop, whenever it looks, reads a token that the server takes.
func TestTheTokenIsAlwaysGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.link(seen())
		for range 12 * 60 {
			pass(time.Minute)
			require.True(t, r.fleet.accepts(r.file(me())))
		}
		require.InDelta(t, 14, r.fleet.tokens, 2, "hourly")
		require.False(t, r.fleet.overlap, "one call at a time")
	})
}

func TestATokenThatTheServerLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.link(seen())
		r.set(func() { r.fleet.token = "lost" })
		pass(6 * time.Minute)
		require.True(t, r.fleet.accepts(r.file(me())))
		require.Equal(t, 2, r.fleet.tokens)
	})
}

func TestAnotherPersonGetsAnotherToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		first := r.file(me())
		l.Seen.Put(seen(func(o *daemon.Observed) { o.Facts.ConsoleUser = host.ConsoleUser{} }))
		synctest.Wait()
		require.Empty(t, r.file(me()), "at the login window nobody has one")
		other := me() + 1
		l.Seen.Put(seen(func(o *daemon.Observed) { o.Facts.ConsoleUser = host.ConsoleUser{Name: "al", UID: other} }))
		synctest.Wait()
		require.NotEqual(t, first, r.file(other))
		require.True(t, r.fleet.accepts(r.file(other)))
		require.NoDirExists(t, filepath.Join(r.dir, "users", "501"))
	})
}

// Who left the screen while the server is down has a token no longer.
func TestAnotherPersonDuringAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		require.NotEmpty(t, r.file(me()))
		r.set(func() { r.fleet.fail = func(string) error { return status(http.StatusBadGateway) } })
		pass(2 * time.Hour)
		l.Seen.Put(seen(func(o *daemon.Observed) { o.Facts.ConsoleUser = host.ConsoleUser{} }))
		synctest.Wait()
		require.Empty(t, r.file(me()))
	})
}

func TestAFileThatSomebodyChangedIsMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.link(seen())
		path := filepath.Join(r.dir, "users", filepath.Base(r.userDir()), "identifier")
		for _, damage := range []func(){
			func() { require.NoError(t, os.WriteFile(path, []byte("x"), 0o600)) },
			func() { require.NoError(t, os.Chmod(path, 0o644)) },
			func() { require.NoError(t, os.Remove(path)) },
			func() { require.NoError(t, os.RemoveAll(r.userDir())) },
		} {
			damage()
			pass(2 * time.Minute)
			require.True(t, r.fleet.accepts(r.file(me())))
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		}
		require.Equal(t, 1, r.fleet.tokens, "the token is the same: only its file was not")
	})
}

// What kept the token from its place is complained of until it is there, and no
// longer.
func TestATokenThatFindsItsPlaceLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.link(seen())
		users := filepath.Join(r.dir, "users")
		r.set(func() {
			r.fleet.token = "lost"
			r.fleet.after = func(name string) { // between the server's word and the disk's
				if name == "token" {
					_ = os.Rename(users, users+".aside")
				}
			}
		})
		pass(6 * time.Minute)
		require.NotEmpty(t, r.status().Token.Trouble)
		r.set(func() { r.fleet.after = nil })
		require.NoError(t, os.Rename(users+".aside", users))
		pass(2 * time.Minute)
		require.Equal(t, 2, r.fleet.tokens, "the same token")
		require.True(t, r.fleet.accepts(r.file(me())))
		require.Empty(t, r.status().Token.Trouble)
		require.Equal(t, "ok", r.status().Server.Answers["device token"].Text)
	})
}

func (r *rig) userDir() string { return filepath.Join(r.dir, "users", userName(me())) }

// The server did it, and its answer was lost: the same token is brought again
// and not another one.
func TestALostAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		lost := 3
		f := lossy{r.fleet, &lost}
		l := daemon.NewLink(r.dir, f.dial, r.mac, func() string { return "" }, r.board(), r.logger())
		l.Config.Put(r.conf)
		l.Seen.Put(seen())
		r.start(l.Run)
		pass(5 * time.Minute)
		require.Zero(t, lost)
		require.True(t, r.fleet.accepts(r.file(me())))
		require.Equal(t, 1, r.fleet.tokens)
	})
}
