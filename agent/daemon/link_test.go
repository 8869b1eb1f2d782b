package daemon_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/pkg/deviceclient"
)

const mdmQuery = "select enrolled, server_url, installed_from_dep, payload_identifier from mdm;"

func TestAFreshMacBecomesKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.set(func() {
			r.fleet.queries = map[string]string{"fleet_detail_query_mdm": mdmQuery, "fleet_label_query_1": "select 1 from os_version where platform = 'darwin';"}
		})
		r.link(seen())
		require.True(t, r.fleet.accepts(r.file(me())), "the desktop's token is the server's")
		require.Len(t, r.fleet.written, 1)
		w := r.fleet.written[0]
		require.Equal(t, map[string]string{"enrolled": "true", "server_url": oldMDM.ServerURL, "installed_from_dep": "true", "payload_identifier": "com.example.profile"}, w.Queries["fleet_detail_query_mdm"][0])
		require.Equal(t, map[string]int{"fleet_detail_query_mdm": 0, "fleet_label_query_1": 1}, w.Statuses)
		require.Equal(t, 1, r.fleet.count("config"))
		s := r.status()
		require.True(t, s.Server.Enrolled && s.Vitals.On)
		require.Empty(t, s.Server.Trouble)
		require.NotContains(t, r.log.String(), r.file(me()), "no token in a log")
		require.NotContains(t, r.log.String(), "secret-1")
	})
}

// A Mac that is too busy to say who it is must not become another, nameless
// host, nor overwrite what the server knows of it.
func TestNobodyEnrollsWithoutAName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		ask := func() {
			r.fleet.queries = map[string]string{"fleet_detail_query_system_info": "select * from system_info", "fleet_detail_query_os_version": "select * from os_version", "fleet_detail_query_mdm": mdmQuery}
		}
		r.set(ask)
		nameless := func(o *daemon.Observed) { o.Facts.HardwareUUID, o.Facts.HardwareSerial, o.Facts.OSVersion = "", "", "" }
		l, _ := r.link(seen(nameless))
		pass(10 * time.Minute)
		require.Zero(t, r.fleet.count("enroll"))
		require.Contains(t, r.status().Server.Trouble, "hardware UUID")
		l.Seen.Put(seen())
		pass(time.Minute)
		require.Equal(t, 1, r.fleet.count("enroll"))
		answered := len(r.fleet.written)
		require.NotZero(t, answered)

		l.Seen.Put(seen(nameless))
		r.set(ask)
		pass(10 * time.Minute)
		require.Greater(t, len(r.fleet.written), answered)
		last := r.fleet.written[len(r.fleet.written)-1]
		require.Equal(t, map[string]int{"fleet_detail_query_system_info": 1, "fleet_detail_query_os_version": 1, "fleet_detail_query_mdm": 0}, last.Statuses)
	})
}

// A configuration that loses its server for a moment must not cost the node
// key: the secret may be another one by now.
func TestAServerThatIsUnsetForAWhileIsStillKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		without := r.conf
		without.Policy.FleetURL = ""
		l.Config.Put(without)
		pass(time.Minute)
		r.set(func() { r.fleet.secret = "secret-2" })
		l.Config.Put(r.conf)
		pass(time.Minute)
		require.Equal(t, 1, r.fleet.count("enroll"))
		require.True(t, r.status().Server.Enrolled)
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

// The file of the server's authorities may come after the agent.
func TestAnAuthorityMayComeLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		missing := errors.New("reading root CA file: no such file")
		dial := func(_ options.Config, token func() (string, error)) (daemon.Server, error) {
			r.fleet.mu.Lock()
			defer r.fleet.mu.Unlock()
			return r.fleet.server(token), missing
		}
		l := daemon.NewLink(r.dir, dial, r.mac, func() string { return "" }, r.board(), r.logger())
		l.Config.Put(r.conf)
		l.Seen.Put(seen())
		r.start(l.Run)
		pass(time.Hour)
		require.Zero(t, r.fleet.count("enroll"))
		r.logMu.Lock()
		require.Equal(t, 1, strings.Count(r.log.String(), "reading root CA file"), "said once")
		r.logMu.Unlock()
		r.set(func() { missing = nil })
		pass(2 * time.Minute)
		require.Equal(t, 1, r.fleet.count("enroll"))
		require.Empty(t, r.status().Server.Trouble)
	})
}

func TestARestartEnrollsNobodyAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		_, stop := r.link(seen())
		token := r.file(me())
		stop()
		r.link(seen())
		require.Equal(t, 1, r.fleet.count("enroll"))
		require.Equal(t, 1, r.fleet.count("osquery enroll"))
		require.Equal(t, token, r.file(me()))
		require.Equal(t, 1, r.fleet.tokens)
	})
}

func TestARefusedSecretIsSaidAndANewOneIsTriedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.conf.EnrollSecret = "wrong-secret"
		l, _ := r.link(seen())
		pass(2 * time.Hour)
		require.Contains(t, r.status().Server.Trouble, "enroll secret refused")
		require.Less(t, r.fleet.count("enroll"), 40)
		require.NotContains(t, r.log.String()+r.status().Server.Trouble, "wrong-secret")
		r.conf.EnrollSecret = "secret-1"
		l.Config.Put(r.conf)
		synctest.Wait()
		require.True(t, r.fleet.accepts(r.file(me())))
		require.Empty(t, r.status().Server.Trouble)
	})
}

// An office whose server is down for half an hour asks rarely, each Mac at its
// own time.
func TestAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const macs = 8
		total := 0
		for range macs {
			r := newRig(t)
			r.set(func() { r.fleet.fail = func(string) error { return status(http.StatusBadGateway) } })
			_, stop := r.link(seen())
			pass(30 * time.Minute)
			total += r.fleet.count("")
			require.Contains(t, r.status().Server.Trouble, "502")
			r.set(func() { r.fleet.fail = nil })
			pass(31 * time.Minute)
			require.True(t, r.fleet.accepts(r.file(me())), "it heals by itself")
			stop()
		}
		require.LessOrEqual(t, total/macs, 18, "requests per Mac in half an hour")
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.fleet.fail = func(string) error {
			return &deviceclient.StatusError{StatusCode: http.StatusTooManyRequests, RetryAfter: time.Hour}
		}
		r.link(seen())
		require.Equal(t, 1, r.fleet.count(""))
		pass(time.Hour - time.Second)
		require.Equal(t, 1, r.fleet.count(""))
		pass(2 * time.Minute)
		require.Equal(t, 2, r.fleet.count(""))
	})
}

func TestARefusedNodeKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.link(seen())
		r.set(func() { r.fleet.nodeKey = "revoked" })
		pass(11 * time.Minute)
		require.Equal(t, 2, r.fleet.count("enroll"), "once, and at once")
		require.True(t, r.status().Server.Enrolled)

		r.set(func() { r.fleet.osqueryKey = "revoked" })
		pass(11 * time.Minute)
		require.Equal(t, 2, r.fleet.count("osquery enroll"))
		require.Equal(t, 2, r.fleet.count("enroll"), "one key has nothing to do with the other")

		// A server that takes no key it gave: enrolling is no way around backing off.
		r.fleet.after = func(name string) {
			if name == "enroll" {
				r.set(func() { r.fleet.nodeKey = "revoked at once" })
			}
		}
		r.set(func() { r.fleet.nodeKey = "revoked" })
		before := r.fleet.count("enroll")
		pass(time.Hour)
		require.Less(t, r.fleet.count("enroll")-before, 25)
		r.set(func() { r.fleet.after = nil })
		pass(31 * time.Minute)
		require.True(t, r.fleet.accepts(r.file(me())))
	})
}

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

// A kill between any two calls, and any loss of an answer, heals: the sweep
// takes the folder as it was around each call and starts a new process on it.
func TestCrashPoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		var points []string
		shoot := func(string) { points = append(points, snapshot(t, r.dir)) }
		r.set(func() { r.fleet.fail = func(name string) error { shoot(name); return nil } })
		r.set(func() { r.fleet.after = shoot })
		_, stop := r.link(seen())
		pass(time.Hour) // with a rotation
		stop()
		require.Greater(t, len(points), 20)
		for i, point := range points {
			again := newRig(t)
			again.dir = point
			again.fleet = r.fleet
			r.set(func() { r.fleet.fail, r.fleet.after = nil, nil })
			_, stop := again.link(seen())
			pass(11 * time.Minute)
			require.True(t, r.fleet.accepts(again.file(me())), "from the folder at call %d", i)
			stop()
		}
	})
}

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

func TestAChangeIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		pass(time.Minute)
		r.set(func() { r.mac.enrollment = host.Enrollment{} })
		r.set(func() { r.fleet.queries = map[string]string{"fleet_detail_query_mdm": mdmQuery} })
		r.set(func() { r.fleet.renew = true })
		at := time.Now()
		l.Seen.Put(seen(func(o *daemon.Observed) { o.Facts.Enrollment = host.Enrollment{} }))
		synctest.Wait()
		require.Equal(t, 1, r.fleet.refetches)
		require.Equal(t, "false", r.fleet.written[len(r.fleet.written)-1].Queries["fleet_detail_query_mdm"][0]["enrolled"])
		require.True(t, <-l.Wanted)
		require.Equal(t, at, time.Now(), "in no time")
		before := r.fleet.count("config")
		pass(10 * time.Minute)
		require.InDelta(t, 20, r.fleet.count("config")-before, 3, "every 30 s while in no MDM")
		pass(2 * time.Hour)
		before = r.fleet.count("config")
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("config")-before, 2, "and quietly after an hour")
	})
}

func TestPaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l, _ := r.link(seen())
		pass(time.Minute)
		before := r.fleet.count("read")
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("read")-before, 1, "every five minutes")
		before = r.fleet.count("read")
		l.Hurry.Put(time.Now().Add(5 * time.Minute))
		pass(5 * time.Minute)
		require.InDelta(t, 30, r.fleet.count("read")-before, 2, "every ten seconds")
		before = r.fleet.count("read")
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("read")-before, 1, "and quiet again")
	})
}

func TestCompanions(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*daemon.Observed)
		calls  map[string]bool
		mode   string
	}{
		"Fleet's own agent": {func(o *daemon.Observed) { o.Fleetd, o.Osqueryd = true, true }, map[string]bool{}, "companion of Fleet's own agent"},
		"an osqueryd":       {func(o *daemon.Observed) { o.Osqueryd = true }, map[string]bool{"enroll": true, "token": true, "check": true, "config": true}, "standalone, beside an osqueryd"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				l, _ := r.link(seen(tt.change))
				pass(time.Hour)
				for _, call := range r.fleet.calls {
					require.True(t, tt.calls[call.name], call.name)
				}
				for name := range tt.calls {
					require.Positive(t, r.fleet.count(name), name)
				}
				require.Equal(t, tt.mode, r.status().Mode)
				l.Seen.Put(seen(tt.change, func(o *daemon.Observed) { o.Facts.Enrollment = host.Enrollment{} }))
				synctest.Wait()
				require.Equal(t, 1, r.fleet.refetches, "whoever answers is asked sooner")
			})
		})
	}
}

func TestNothingIsConfigured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.conf.Policy.FleetURL = ""
		l := daemon.NewLink(r.dir, daemon.DialFleet("test"), r.mac, func() string { return "" }, r.board(), r.logger())
		l.Config.Put(r.conf)
		l.Seen.Put(seen())
		r.start(l.Run)
		pass(time.Hour)
		require.Contains(t, r.status().Server.Trouble, "no Fleet server is configured")
	})
}
