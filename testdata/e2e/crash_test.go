//go:build linux

package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/testdata/demo/stack"
)

const migrateRoute = "POST /api/latest/fleet/device/{token}/migrate_mdm"

// TestKilledAnywhere kills Fleet Desktop in every state, with the one signal
// that nothing can answer, and starts it again: the story goes on where it was
// and ends with the Mac in Fleet, after one webhook.
func TestKilledAnywhere(t *testing.T) {
	for name, c := range map[string]struct {
		opts  stack.Options
		reach func(*world) // the state to be killed in
		goOn  func(*world) // what the person does afterwards
	}{
		"offered": {stack.Options{}, func(w *world) {
			w.seesItem(migrate)
			w.is(agent.Offered)
		}, (*world).startByMenu},
		"prompting": {stack.Options{}, func(w *world) {
			w.asked()
			w.is(agent.Prompting)
		}, func(w *world) {
			w.seesNoDialog() // the old one went with its process, and voluntary asks by itself never
			w.startByMenu()
		}},
		"prompting before 3.0": {stack.Options{DialogVersion: "2.5.6"}, func(w *world) {
			w.asked()
			w.is(agent.Prompting)
		}, func(w *world) {
			w.seesNoDialog()
			w.startByMenu()
		}},
		"requesting": {stack.Options{}, func(w *world) {
			w.faults(map[string]any{"route": migrateRoute, "kind": "hang"})
			w.startByMenu()
			w.is(agent.Requesting)
		}, func(w *world) { w.faults() }},
		"requesting, the answer lost": {stack.Options{OldMDM: []string{"--delay", "3s"}}, func(w *world) {
			w.faults(map[string]any{"route": migrateRoute, "kind": "truncate"})
			w.startByMenu()
			// Killed any sooner, the server drops the request with its webhook under
			// way, as Fleet does, and has no window that a second one falls into.
			w.sees("the webhook's end", func() bool { return w.Log.Has("server", "triggered_macos_migration") })
		}, func(w *world) { w.faults() }},
		"unenrolling": {stack.Options{OldMDM: []string{"--delay", "6s"}}, func(w *world) {
			w.startByMenu()
			w.is(agent.Unenrolling)
		}, func(*world) {}},
		"awaiting enrollment": {stack.Options{Gap: 3 * time.Second}, func(w *world) {
			w.startByMenu()
			w.seesDialog(guide)
			w.is(agent.AwaitingEnrollment)
		}, func(*world) {}},
		"failed": {stack.Options{}, func(w *world) {
			w.faults(map[string]any{"route": migrateRoute, "kind": "status", "status": http.StatusForbidden})
			w.startByMenu()
			w.is(agent.Failed)
			w.seesWindow()
		}, func(w *world) {
			w.seesWindow() // it says again what happened
			w.faults()
			w.press("button1")
			w.is(agent.Offered)
			w.seesNoDialog()
			w.startByMenu()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.opts)
			w.settings(true, "voluntary")
			c.reach(w)
			w.crash()
			c.goOn(w)
			w.seesDialog(guide)
			require.NoError(t, w.Enroll(w.ctx))
			w.missesItem(migrate)
			w.sees("the desktop to be idle", func() bool { s := w.Status(); return s.InFleet && (s.State == agent.Idle || s.State == agent.Done) })
			require.Equal(t, 1, w.Log.Count("old MDM", "webhook received"))
			w.requireNoSecrets()
		})
	}
}

// TestKilledWhenDone leaves nothing to ask for.
func TestKilledWhenDone(t *testing.T) {
	w := newWorld(t, stack.Options{})
	w.settings(true, "voluntary")
	w.startByMenu()
	w.seesDialog(guide)
	require.NoError(t, w.Enroll(w.ctx))
	w.seesDialog("OK")
	w.is(agent.Done)
	w.crash()
	w.missesItem(migrate)
	w.is(agent.Idle)
	w.seesNoDialog()
}

// TestKilledWhileForced brings the dialog back when it is due, not at once: a
// restart is no way around the interval, for neither side.
func TestKilledWhileForced(t *testing.T) {
	const interval = 8 * time.Second
	w := newWorld(t, stack.Options{Forced: interval})
	w.settings(true, "forced")
	w.seesDialog(start)
	w.sees("the dialog in the status", func() bool { return !w.Status().LastShown.IsZero() })
	opened := w.Status().LastShown
	w.crash()
	w.seesNoDialog()
	w.seesDialog(start)
	w.cameBack(opened, interval)
	w.press("button1")
	w.seesDialog(guide)
}

// crash kills Fleet Desktop and starts it again.
func (w *world) crash() {
	w.t.Helper()
	w.Process("desktop").Kill()
	require.NoError(w.t, w.StartDesktop())
	w.seesItem(myDevice)
}

// is waits for a state of the migration.
func (w *world) is(state agent.State) {
	w.t.Helper()
	w.sees("state "+string(state), func() bool { return w.Status().State == state })
}

// asked opens the dialog from the menu.
func (w *world) asked() {
	w.t.Helper()
	w.seesItem(migrate)
	w.click(migrate)
	w.seesDialog(start)
}

func (w *world) startByMenu() {
	w.t.Helper()
	w.asked()
	w.press("button1")
}

// seesWindow waits for any dialog.
func (w *world) seesWindow() {
	w.t.Helper()
	w.sees("a dialog", func() bool { return w.Window() != nil })
}

// faults makes the server misbehave, in these ways only.
func (w *world) faults(list ...map[string]any) {
	w.t.Helper()
	if list == nil {
		list = []map[string]any{}
	}
	_, err := w.Admin(w.ctx, http.MethodPut, "/control/faults", map[string]any{"faults": list})
	require.NoError(w.t, err)
}
