//go:build linux

package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/agent/host"
	"fleetmigrate/testdata/demo/stack"
	standin "fleetmigrate/testdata/swiftdialog"
)

const migrateRoute = "POST /api/latest/fleet/device/{token}/migrate_mdm"

// TestKilledAnywhere kills Fleet Desktop in every state, with the one signal
// that nothing can answer, and starts it again: the story goes on where it was
// and ends with the Mac in Fleet, after one webhook.
func TestKilledAnywhere(t *testing.T) {
	for name, c := range map[string]struct {
		opts      stack.Options
		reach     func(*world) // the state to be killed in
		meanwhile func(*world) // what happens until it is started again
		goOn      func(*world) // what the person does afterwards
	}{
		"offered": {stack.Options{}, func(w *world) {
			w.seesItem(migrate)
			w.is(agent.Offered)
		}, nothing, (*world).startByMenu},
		"prompting": {stack.Options{}, func(w *world) {
			w.asked()
			w.is(agent.Prompting)
		}, nothing, func(w *world) {
			w.seesNoDialog() // voluntary asks by itself never
			w.startByMenu()
		}},
		"prompting before 3.0": {stack.Options{DialogVersion: "2.5.6"}, func(w *world) {
			w.asked()
			w.is(agent.Prompting)
		}, nothing, func(w *world) {
			w.seesNoDialog()
			w.startByMenu()
		}},
		"requesting": {stack.Options{}, func(w *world) {
			w.faults(map[string]any{"route": migrateRoute, "kind": "hang"})
			w.startByMenu()
			w.is(agent.Requesting)
		}, func(w *world) { w.faults() }, nothing},
		"requesting, the answer lost": {stack.Options{OldMDM: []string{"--delay", "3s"}}, func(w *world) {
			w.faults(map[string]any{"route": migrateRoute, "kind": "truncate"})
			w.startByMenu()
			// Killed any sooner, the server drops the request with its webhook under
			// way, as Fleet does, and has no window that a second one falls into.
			w.sees("the webhook's end", func() bool { return w.Log.Has("server", "triggered_macos_migration") })
		}, func(w *world) { w.faults() }, nothing},
		"unenrolling": {stack.Options{OldMDM: []string{"--never"}}, func(w *world) {
			w.startByMenu()
			w.is(agent.Unenrolling)
		}, nothing, func(w *world) {
			w.is(agent.Unenrolling)
			w.change(func(f *host.Facts) { f.Enrollment = host.Enrollment{} })
		}},
		"awaiting enrollment": {stack.Options{Gap: 3 * time.Second}, func(w *world) {
			w.startByMenu()
			w.seesDialog(guide)
			w.is(agent.AwaitingEnrollment)
		}, nothing, nothing},
		"failed": {stack.Options{}, func(w *world) {
			w.faults(map[string]any{"route": migrateRoute, "kind": "status", "status": http.StatusForbidden})
			w.startByMenu()
			w.is(agent.Failed)
			w.seesWindow()
		}, func(w *world) { w.faults() }, func(w *world) {
			w.seesWindow() // it says again what happened
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
			w.crash(c.meanwhile)
			c.goOn(w)
			w.seesDialog(guide)
			require.NoError(t, w.Enroll(w.ctx))
			w.missesItem(migrate)
			w.sees("the desktop to be idle", func() bool { s := w.Status(); return s.InFleet && (s.State == agent.Idle || s.State == agent.Done) })
			w.asksOnce()
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
	w.crash(nothing)
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
	w.crash(nothing)
	w.cameBack(opened, interval)
	w.seesDialog(start)
	w.press("button1")
	w.seesDialog(guide)
}

func nothing(*world) {}

// crash kills Fleet Desktop and starts it again. It waits for the new one's own
// words, and until the window of the old one has gone: nobody hears what is
// pressed there.
func (w *world) crash(meanwhile func(*world)) {
	w.t.Helper()
	w.Process("desktop").Kill()
	old := w.Page.Windows()
	meanwhile(w)
	require.NoError(w.t, w.StartDesktop())
	w.seesItem(myDevice)
	w.sees("the status of the new one", func() bool { return w.Status().PID == w.Process("desktop").PID() })
	w.sees("the old window to go", func() bool {
		return !slices.ContainsFunc(w.Page.Windows(), func(now standin.Open) bool {
			return slices.ContainsFunc(old, func(o standin.Open) bool { return o.ID == now.ID })
		})
	})
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
