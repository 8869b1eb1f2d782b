package daemon_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/options"
)

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

// Nor need the authorities stay the same: another file at the same path counts.
func TestOtherAuthoritiesAreTrusted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.conf.Policy.RootCA = filepath.Join(r.dir, "fleet.pem")
		require.NoError(t, os.WriteFile(r.conf.Policy.RootCA, []byte("one"), 0o644))
		dials, bad := 0, error(nil)
		dial := func(_ options.Config, token func() (string, error)) (daemon.Server, error) {
			r.fleet.mu.Lock() // as rig.set does
			defer r.fleet.mu.Unlock()
			dials++
			return r.fleet.server(token), bad
		}
		l := daemon.NewLink(r.dir, dial, r.mac, func() string { return "" }, r.board(), r.logger())
		l.Config.Put(r.conf)
		l.Seen.Put(seen())
		r.start(l.Run)
		pass(time.Hour)
		r.set(func() { require.Equal(t, 1, dials) })
		r.set(func() { bad = errors.New("it holds no PEM certificate") })
		require.NoError(t, os.WriteFile(r.conf.Policy.RootCA, nil, 0o644))
		before := r.fleet.count("read")
		pass(time.Hour)
		require.InDelta(t, 12, r.fleet.count("read")-before, 2, "the old ones stand while a new one is no good")
		r.set(func() { bad, dials = nil, 0 })
		require.NoError(t, os.WriteFile(r.conf.Policy.RootCA, []byte("another"), 0o644))
		pass(2 * time.Minute)
		r.set(func() { require.Equal(t, 1, dials) })
		pass(time.Hour)
		r.set(func() { require.Equal(t, 1, dials, "once") })
		require.Equal(t, 1, r.fleet.count("enroll"), "who knows this Mac is the same")
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
		require.Equal(t, me(), r.status().Token.UID, "and says whose token there is")
		require.False(t, r.status().Token.RotatesAt.IsZero())
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
