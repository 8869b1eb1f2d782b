//go:build linux

package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/testdata/demo/stack"
)

// TestVoluntary is the whole story of a person who clicks the menu.
func TestVoluntary(t *testing.T) {
	w := newWorld(t, stack.Options{})
	w.seesItem(myDevice)
	require.False(t, w.HasItem(w.ctx, migrate), "nothing is offered before IT says so")

	w.settings(true, "voluntary")
	w.seesItem(migrate)
	w.settings(false, "voluntary")
	w.missesItem(migrate)
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	require.Nil(t, w.Window(), "voluntary never asks by itself")

	w.click(migrate)
	w.seesDialog(start)
	w.press("button2")
	w.seesNoDialog()
	w.seesItem(migrate)

	w.click(migrate)
	w.seesDialog(start)
	w.press("button1")
	w.seesDialog(guide)
	w.asksOnce()
	w.requireWebhook()

	require.NoError(t, w.Enroll(w.ctx))
	w.seesDialog("OK")
	w.press("button1")
	w.missesItem(migrate)
	w.seesNoDialog()
	w.sees("the desktop to be idle", func() bool { return w.Status().State == agent.Idle && w.Status().InFleet })
	w.requireNoSecrets()
}

// requireWebhook holds the body that IT's automation depends on.
func (w *world) requireWebhook() {
	w.t.Helper()
	lines, _ := w.Log.From(0)
	for _, l := range lines {
		if l.Source != "old MDM" || l.Text != "webhook received" {
			continue
		}
		host, err := json.Marshal(l.Fields["host"])
		require.NoError(w.t, err)
		mac, err := w.Mac()
		require.NoError(w.t, err)
		require.JSONEq(w.t, `{"id":1,"uuid":"`+mac.HardwareUUID+`","hardware_serial":"`+mac.HardwareSerial+`"}`, string(host))
		at, err := time.Parse(time.RFC3339, l.Fields["timestamp"].(string))
		require.NoError(w.t, err)
		require.WithinDuration(w.t, l.At, at, time.Minute)
	}
}

// TestForced is the story of a person who puts it off first. The dialog comes
// back by itself, an interval after the last one closed.
func TestForced(t *testing.T) {
	const interval = 6 * time.Second
	w := newWorld(t, stack.Options{Forced: interval})
	w.settings(true, "forced")
	w.seesDialog(start)
	w.answer("button2")
	closed := w.Status().LastClosed
	w.cameBack(closed, interval)

	w.seesDialog(start)
	w.press("button1")
	w.seesDialog(guide)
	w.answer("button2")
	require.NoError(t, w.Enroll(w.ctx))
	w.missesItem(migrate)
	w.asksOnce()
}

// TestManual is a Mac that is not in Apple Business: My device opens, without
// the token in any argument list.
func TestManual(t *testing.T) {
	w := newWorld(t, stack.Options{Manual: true})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	w.click(migrate)
	w.seesDialog(start)
	w.press("info")
	w.opens(1, "https://fleetdm.com/company/contact")
	w.click(migrate)
	w.seesDialog(start)
	w.press("button1")
	w.seesDialog("Open My device again")
	token, err := os.ReadFile(w.TokenFile())
	require.NoError(t, err)
	page := w.Server + "/device/" + string(token)
	w.opens(2, page)
	w.press("button1")
	w.opens(3, page)
	for _, o := range w.Opened() {
		require.NotContains(t, o.Argument, string(token))
	}
	require.NoError(t, w.Enroll(w.ctx))
	w.missesItem(migrate)
	w.requireNoSecrets()
}

// opens waits for the nth page in the browser.
func (w *world) opens(n int, url string) {
	w.t.Helper()
	w.sees("page in the browser: "+url, func() bool { o := w.Opened(); return len(o) >= n && strings.HasPrefix(o[n-1].URL, url) })
}

// cameBack holds that the dialog on screen is there by itself, and not before
// its time: by the agent's own clock, since lines arrive here when they can. That
// it is not late either is held by the agent's tests, on a clock of their own.
func (w *world) cameBack(last time.Time, interval time.Duration) {
	w.t.Helper()
	require.NotZero(w.t, last)
	w.sees("the dialog in the status", func() bool { return w.Status().LastShown.After(last) })
	require.GreaterOrEqual(w.t, w.Status().LastShown.Sub(last), interval)
}

// TestGap is a person who closes the guide: it comes back, in both modes, until
// the Mac is in Fleet.
func TestGap(t *testing.T) {
	w := newWorld(t, stack.Options{Gap: 4 * time.Second})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	w.click(migrate)
	w.seesDialog(start)
	w.press("button1")
	for range 2 {
		w.seesDialog(guide)
		w.answer("button2")
	}
	w.seesDialog(guide)
	require.NoError(t, w.Enroll(w.ctx))
	w.seesDialog("OK")
	w.missesItem(migrate)
}

// TestClosedDialogIsNoConsent ends the dialog in every way but the button.
func TestClosedDialogIsNoConsent(t *testing.T) {
	w := newWorld(t, stack.Options{DialogVersion: "2.5.6"})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	for _, how := range []string{"button2", "close", "cmdq"} {
		w.click(migrate)
		w.seesDialog(start)
		w.press(how)
		w.seesNoDialog()
	}
	w.seesItem(migrate)
	require.Zero(t, w.Log.Count("server", "/migrate_mdm"))
	require.Zero(t, w.Log.Count("old MDM", "webhook received"))
}

// requireNoSecrets looks through everything that was logged.
func (w *world) requireNoSecrets() {
	w.t.Helper()
	for _, secret := range w.Secrets() {
		lines, _ := w.Log.From(0)
		for _, l := range lines {
			all, err := json.Marshal(l)
			require.NoError(w.t, err)
			require.NotContains(w.t, string(all), secret)
		}
	}
}

// TestTwice is a Mac that is put back into the old MDM, as the demo's button
// does, and migrates again at once.
func TestTwice(t *testing.T) {
	w := newWorld(t, stack.Options{})
	w.settings(true, "voluntary")
	for n := range 2 {
		w.startByMenu()
		w.seesDialog(guide)
		w.sees("the end of the server's window", func() bool {
			raw, err := w.Admin(w.ctx, http.MethodGet, "/api/latest/fleet/hosts/"+stack.Serial, nil)
			var h struct {
				Host struct {
					Until *time.Time `json:"refetch_critical_queries_until"`
				}
			}
			return err == nil && json.Unmarshal(raw, &h) == nil && h.Host.Until == nil
		})
		w.sees("another webhook", func() bool { return w.Log.Count("old MDM", "webhook received") == n+1 })
		require.NoError(t, w.Enroll(w.ctx))
		w.seesDialog("OK")
		w.press("button1")
		w.missesItem(migrate)
		require.NoError(t, w.Reset(w.ctx))
	}
	w.seesItem(migrate)
}
