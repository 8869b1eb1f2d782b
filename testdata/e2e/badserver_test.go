//go:build linux

package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/testdata/demo/stack"
)

const summaryRoute = "GET /api/latest/fleet/device/{token}/desktop"

type fault = map[string]any

// TestBadSummaries has the server answer its poll in every wrong way. The menu
// says so in words, the log says it once, the item stays, and when the server
// is well again, so is everything else.
func TestBadSummaries(t *testing.T) {
	const unwell = "The Fleet server does not answer as it should"
	for name, c := range map[string]struct {
		fault fault
		menu  string // "" no word: nothing is lost by it
		log   string
	}{
		"401":            {fault{"kind": "status", "status": 401}, "The Fleet server does not know this Mac", "401 Unauthorized"},
		"402":            {fault{"kind": "status", "status": 402}, "", "402 Payment Required"},
		"404":            {fault{"kind": "status", "status": 404}, "", ""}, // an old server: its policies are asked for instead
		"404 everywhere": {fault{"kind": "status", "status": 404, "route": "GET /api/latest/fleet/device/*"}, unwell, "404 Not Found"},
		"429":            {fault{"kind": "status", "status": 429, "retry_after": "2"}, unwell, "429 Too Many Requests"},
		"500":            {fault{"kind": "status", "status": 500}, unwell, "500 Internal Server Error"},
		"HTML":           {fault{"kind": "html"}, unwell, "login page of the network"},
		"truncated JSON": {fault{"kind": "truncate"}, unwell, "reading the answer: unexpected EOF"},
		"broken JSON":    {fault{"kind": "malformed"}, unwell, "not from a Fleet server"},
		"endless body":   {fault{"kind": "big"}, unwell, "larger than 64 KiB"},
		"no answer":      {fault{"kind": "hang"}, unwell, "did not answer in time"},
		"reset":          {fault{"kind": "reset"}, "Offline", "connection reset by peer"},
		"redirect":       {fault{"kind": "redirect", "body": "https://portal.example.com/"}, unwell, "not from a Fleet server"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, stack.Options{})
			w.settings(true, "voluntary")
			w.seesItem(migrate)
			if c.fault["route"] == nil {
				c.fault["route"] = summaryRoute
			}
			w.faults(c.fault)
			w.sees("two bad answers", func() bool { return w.struck() >= 2 })
			if c.menu != "" {
				w.seesItem(c.menu)
			}
			if c.log != "" {
				w.says("desktop", c.log)
				require.Equal(t, 1, w.Log.Count("desktop", c.log), "said once, not at every poll")
			}
			w.seesItem(migrate)
			w.faults()
			if c.menu != "" {
				w.missesItem(c.menu)
			}
			w.startByMenu()
			w.seesDialog(guide)
			w.requireNoSecrets()
		})
	}
}

// struck is how often the fault in force has struck.
func (w *world) struck() int {
	w.t.Helper()
	raw, err := w.Admin(w.ctx, http.MethodGet, "/control/faults", nil)
	require.NoError(w.t, err)
	var list struct {
		Faults []struct{ Struck int } `json:"faults"`
	}
	require.NoError(w.t, json.Unmarshal(raw, &list))
	if len(list.Faults) == 0 {
		return 0
	}
	return list.Faults[0].Struck
}

// TestUnreachableServer is a server that goes away and comes back.
func TestUnreachableServer(t *testing.T) {
	w := newWorld(t, stack.Options{})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	w.Process("server").Kill()
	w.seesItem("Offline")
	w.says("desktop", "connection refused")
	w.seesItem(migrate)
	require.NoError(t, w.RestartServer(w.ctx))
	w.missesItem("Offline")
	w.startByMenu()
	w.seesDialog(guide)
	w.requireNoSecrets()
}

// TestBadAnswersToStart has the request itself go wrong. The person is told,
// with a code for IT; nothing has changed; the next Start works.
func TestBadAnswersToStart(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault
		says  string
		tries int
	}{
		"400":            {fault{"kind": "status", "status": 400}, "is not eligible yet", 1},
		"401":            {fault{"kind": "status", "status": 401}, "M-401", 1},
		"402":            {fault{"kind": "status", "status": 402}, "M-402", 1},
		"404":            {fault{"kind": "status", "status": 404}, "M-404", 1},
		"500":            {fault{"kind": "status", "status": 500}, "M-500", 3},
		"HTML":           {fault{"kind": "html"}, "M-TIME", 3},
		"endless body":   {fault{"kind": "big"}, "M-TIME", 3},
		"another answer": {fault{"kind": "status", "status": 200, "body": "{}"}, "M-TIME", 3},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, stack.Options{})
			w.settings(true, "voluntary")
			c.fault["route"] = migrateRoute
			w.faults(c.fault)
			w.startByMenu()
			w.sees("a dialog that says "+c.says, func() bool {
				d := w.Window()
				if d == nil {
					return false
				}
				message, _ := d.Options["message"].(string)
				return strings.Contains(strings.ReplaceAll(message, `\`, ""), c.says)
			})
			w.is(agent.Failed)
			require.Equal(t, c.tries, w.struck())
			require.Zero(t, w.Log.Count("old MDM", "webhook received"))
			w.press("button1")
			w.is(agent.Offered)
			w.seesNoDialog()
			w.faults()
			w.startByMenu()
			w.seesDialog(guide)
			w.asksOnce()
			w.requireNoSecrets()
		})
	}
}

// TestMissingDialog has swiftDialog taken away, and brought back.
func TestMissingDialog(t *testing.T) {
	w := newWorld(t, stack.Options{})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	app := filepath.Join(filepath.Dir(w.StateDir()), "Dialog.app")
	require.NoError(t, os.Rename(app, app+".away"))
	w.click(migrate)
	w.seesItem("The migration window could not be opened")
	w.says("desktop", "swiftDialog is not there")
	w.seesItem(migrate)
	w.is(agent.Offered)
	require.NoError(t, os.Rename(app+".away", app))
	w.startByMenu()
	w.seesDialog(guide)
	w.missesItem("The migration window could not be opened")
}

// TestChaos strikes a third of what the device asks at random, from a seed: the
// story takes longer, and ends the same.
func TestChaos(t *testing.T) {
	w := newWorld(t, stack.Options{})
	w.settings(true, "voluntary")
	_, err := w.Admin(w.ctx, http.MethodPut, "/control/chaos", map[string]any{"seed": 7, "rate": 0.3, "routes": []string{summaryRoute, migrateRoute}})
	require.NoError(t, err)
	for w.startByMenu(); w.failedInstead(); {
		_ = w.Press("button1") // three tries in a row were struck; the window may be going already
		w.sees("the failure to be over", func() bool { return w.Status().State != agent.Failed })
		if w.Status().State == agent.Offered { // a try that was struck on its way back may have done its work
			w.seesNoDialog()
			w.startByMenu()
		}
	}
	w.seesDialog(guide)
	require.NoError(t, w.Enroll(w.ctx))
	w.missesItem(migrate)
	w.asksOnce()
	w.requireNoSecrets()
}

// failedInstead waits for what comes of Start.
func (w *world) failedInstead() (failed bool) {
	w.t.Helper()
	w.sees("the guide or a failure", func() bool {
		state := w.Status().State
		failed = state == agent.Failed && w.Window() != nil && w.Window().Options["button1text"] == "Close"
		return failed || state == agent.AwaitingEnrollment
	})
	return failed
}
