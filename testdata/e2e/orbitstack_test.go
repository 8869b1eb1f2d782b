//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/testdata/demo/stack"
	"fleetmigrate/testdata/fakemac"
	"fleetmigrate/testdata/oldmdm"
)

// TestStandaloneThroughTrouble: in the middle of the migration the token runs
// out, orbit is killed and the server restarts; the person sees nothing of it.
func TestStandaloneThroughTrouble(t *testing.T) {
	w := newWorld(t, stack.Options{Standalone: true})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	tokens := w.Log.Count("agent", "gave the desktop a new device token")
	w.click(migrate)
	w.seesDialog(start)
	_, err := w.Admin(w.ctx, "POST", "/api/latest/fleet/hosts/"+stack.Serial+"/expire_token", nil)
	require.NoError(t, err)
	w.sees("another token", func() bool { return w.Log.Count("agent", "gave the desktop a new device token") > tokens })
	w.press("button1")
	w.seesDialog(guide)
	w.sees("orbit taking the hint", func() bool {
		return w.Log.Has("agent", "the desktop says that a migration is under way; looking more often for five minutes")
	})
	w.Process("agent").Kill()
	require.NoError(t, w.RestartServer(w.ctx))
	require.NoError(t, w.StartAgent())
	w.sees("Remote Management", func() bool {
		side, err := fakemac.ReadSide(w.HostRoot())
		return err == nil && side.RemoteManagement
	})
	w.seesDialog(guide)
	require.NoError(t, w.Enroll(w.ctx))
	w.missesItem(migrate)
	w.asksOnce()
	require.Equal(t, 1, w.Log.Count("agent", "enrolled with the server"))
	w.requireNoSecrets()
}

// orbit runs the admin's tool on the Mac of the story.
func (w *world) orbit(args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.ctx, filepath.Join(bin, "orbit"), args...)
	cmd.Env = append(os.Environ(), "ORBIT_ROOT_DIR="+w.OrbitDir(), "ORBIT_HOST_ROOT="+w.HostRoot(), "ORBIT_DESKTOP_STATE_DIR="+w.StateDir())
	out, err := cmd.CombinedOutput()
	require.NoError(w.t, err, string(out))
	return string(out)
}

// saysWhy waits until `orbit status` gives this reason.
func (w *world) saysWhy(why string) {
	w.t.Helper()
	last := ""
	w.sees("the reason: "+why, func() bool {
		var r struct{ Why string }
		require.NoError(w.t, json.Unmarshal([]byte(w.orbit("status", "--json")), &r))
		last = r.Why
		return strings.Contains(last, why)
	})
	require.Contains(w.t, last, why)
}

// TestStatusSaysWhy: what an admin reads at each point of the story.
func TestStatusSaysWhy(t *testing.T) {
	w := newWorld(t, stack.Options{Standalone: true, Forced: 5 * time.Second})
	w.saysWhy("the server does not ask for it")
	w.settings(true, "voluntary")
	w.saysWhy("the mode is voluntary")
	w.orbit("pause", "--for", "1h", "--why", "board meeting")
	w.settings(true, "forced")
	w.saysWhy("paused by IT")
	w.saysWhy("board meeting")
	require.NoError(t, oldmdm.Edit(w.MacFile(), func(f *host.Facts) { f.ScreenLocked = true }))
	w.orbit("unpause")
	w.saysWhy("the screen is locked")
	require.NoError(t, oldmdm.Edit(w.MacFile(), func(f *host.Facts) { f.ScreenLocked = false }))
	w.click(migrate)
	w.seesDialog(start)
	w.saysWhy("a dialog is open now")
	text := w.orbit("status")
	for _, line := range []string{"Prompted now: yes.", "screen_locked", "politeness left", "device token", "enrollment"} {
		require.Contains(t, text, line)
	}
	require.NoError(t, w.Enroll(w.ctx))
	w.saysWhy("this Mac is enrolled in Fleet")
}
