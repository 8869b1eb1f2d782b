//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/testdata/demo/stack"
	"fleetmigrate/testdata/oldmdm"
)

// change changes what the Mac says of itself, as its person does.
func (w *world) change(how func(*host.Facts)) {
	w.t.Helper()
	mac, err := w.Mac()
	require.NoError(w.t, err)
	how(&mac)
	require.NoError(w.t, oldmdm.Write(w.MacFile(), mac))
}

// held waits until the desktop says that this gate holds a dialog back.
func (w *world) held(id, why string) {
	w.t.Helper()
	w.sees("the gate "+id, func() bool {
		return slices.ContainsFunc(w.Status().Gates, func(g agent.Gate) bool { return g.ID == id && !g.OK && strings.Contains(g.Reason, why) })
	})
	require.Nil(w.t, w.Window())
}

// TestDecentMoment is a forced migration that finds its person in a call, then
// presenting, then away; each time the status says what it waits for.
func TestDecentMoment(t *testing.T) {
	w := newWorld(t, stack.Options{Mac: func(f *host.Facts) { f.CameraInUse = true }})
	w.settings(true, "forced")
	w.seesItem(migrate)
	w.held("camera", "camera is in use")
	w.change(func(f *host.Facts) { f.CameraInUse, f.FullScreenApp = false, "Keynote" })
	w.held("full_screen", "Keynote")
	w.sees("politeness to cost", func() bool { return w.Status().BudgetLeft < time.Hour })
	w.change(func(f *host.Facts) { f.FullScreenApp, f.ScreenLocked = "", true })
	w.held("screen_locked", "locked")
	w.change(func(f *host.Facts) { f.ScreenLocked = false })
	w.seesDialog(start)
	require.Equal(t, true, w.Window().Options["ontop"])
	require.Nil(t, w.Window().Options["blurscreen"], "nobody asked for that")
	w.press("button2")
}

// TestSupportBrake is support that wants quiet for a while.
func TestSupportBrake(t *testing.T) {
	w := newWorld(t, stack.Options{})
	data, err := json.Marshal(agent.Pause{Until: time.Now().Add(time.Hour), Why: "board meeting"})
	require.NoError(t, err)
	brake := filepath.Join(w.DataDir(), "pause.json")
	require.NoError(t, os.MkdirAll(w.DataDir(), 0o755))
	require.NoError(t, os.WriteFile(brake, data, 0o644))
	w.seesItem(myDevice)
	w.sees("the brake", func() bool {
		return slices.ContainsFunc(w.Status().Gates, func(g agent.Gate) bool { return g.ID == "paused" && strings.Contains(g.Reason, "board meeting") })
	})
	w.settings(true, "forced")
	w.seesItem(migrate)
	w.seesItem("Reminders are paused by IT")
	w.held("paused", "board meeting")
	require.NoError(t, os.Remove(brake))
	w.seesDialog(start)
}

// TestInThePersonsLanguage is a person who reads German, at night.
func TestInThePersonsLanguage(t *testing.T) {
	w := newWorld(t, stack.Options{Mac: func(f *host.Facts) { f.Languages, f.Appearance = []string{"de-AT", "en"}, "dark" }})
	w.settings(true, "voluntary")
	w.seesItem("Über Fleet")
	w.seesItem(migrate)
	w.click(migrate)
	de := prompt.Texts("de")
	w.seesDialog(de["start"])
	options := w.Window().Options
	require.Equal(t, de["later"], options["button2text"])
	require.Equal(t, "dark", options["appearance"])
	require.Contains(t, options["bannerimage"], "remote-management-dark.png")
	require.Contains(t, options["message"], "## "+de["heading"])
	w.press("button2")
}

// TestNoWindowAtAll is a Mac on which neither swiftDialog nor the system's
// plain dialog can be found: the menu says so, and nothing is asked for.
func TestNoWindowAtAll(t *testing.T) {
	w := newWorld(t, stack.Options{RealDialog: "/none/Dialog.app/Contents/MacOS/Dialog"})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	w.click(migrate)
	w.seesItem("The migration window could not be opened")
	w.sees("the reason", func() bool { return strings.HasPrefix(w.Status().DialogTool, "plain: swiftDialog is not there") })
	require.Zero(t, w.Log.Count("server", "/migrate_mdm"))
	w.seesItem(migrate)
}
