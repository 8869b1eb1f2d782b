package main

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent"
	"fleetmigrate/swiftdialog"
)

// places are where swiftDialog may lie, ours first; Fleet's own agent and the
// official package put it in the others.
var places = []string{
	"/opt/fleet-migrate/Dialog.app/Contents/MacOS/Dialog",
	"/opt/orbit/bin/swiftDialog/macos/stable/Dialog.app/Contents/MacOS/Dialog",
	"/Library/Application Support/Dialog/Dialog.app/Contents/MacOS/Dialog",
}

const (
	maxCrashes = 3         // in a row, after which the system's plain dialog is used
	tryAgain   = time.Hour // swiftDialog may have been mended meanwhile
)

// dialogs opens windows with swiftDialog, and with the system's plain dialog
// where swiftDialog can't: a person who is asked plainly is better served than
// one who is not asked.
type dialogs struct {
	log    zerolog.Logger
	places []string

	mu      sync.Mutex
	named   string // by IT; "": wherever it is found
	path    string // of the last look
	crashes int
	plainTo time.Time // until then the plain dialog
	said    string    // why, as last logged
}

func newDialogs(log zerolog.Logger, places ...string) *dialogs {
	return &dialogs{log: log, places: places}
}

// configure names the Dialog binary; "" looks where it usually is.
func (d *dialogs) configure(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.named = path
	d.look()
}

// look finds the Dialog binary, before every window: Fleet's own agent brings
// it long after this desktop has started. The caller holds the lock.
func (d *dialogs) look() {
	path := d.named
	for _, p := range d.places {
		if path != "" {
			break
		}
		if _, err := os.Stat(p); err == nil {
			path = p
		}
	}
	if path == "" {
		path = d.places[0]
	}
	if path != d.path {
		d.path, d.crashes, d.plainTo = path, 0, time.Time{}
	}
}

// Show implements agent.Dialogs.
func (d *dialogs) Show(ctx context.Context, o swiftdialog.Options) (agent.Dialog, error) {
	runner, plain := d.pick()
	if !plain {
		opened, err := runner.Show(ctx, o)
		if err == nil {
			return &watched{opened, d}, nil
		}
		d.fellBack(err.Error())
	}
	opened, err := swiftdialog.NewPlain(plainTool).Show(ctx, o)
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// pick chooses the tool for the next window.
func (d *dialogs) pick() (runner *swiftdialog.Runner, plain bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.look()
	if d.crashes >= maxCrashes && time.Now().After(d.plainTo) {
		d.crashes = 0
	}
	return swiftdialog.New(swiftdialog.Config{Path: d.path}), d.crashes >= maxCrashes
}

// fellBack logs why swiftDialog is not used, once per reason.
func (d *dialogs) fellBack(why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if why != d.said {
		d.said = why
		d.log.Warn().Str("why", why).Str("swift_dialog", d.path).Msg("the system's plain dialog stands in for swiftDialog")
	}
}

// tool says for the status which tool draws, and why.
func (d *dialogs) tool() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.said != "" {
		return "plain: " + d.said
	}
	return "swiftDialog " + d.path
}

// watched counts how windows ended.
type watched struct {
	*swiftdialog.Dialog
	tools *dialogs
}

// Wait implements agent.Dialog.
func (w *watched) Wait() swiftdialog.Result {
	r := w.Dialog.Wait()
	w.tools.count(r)
	return r
}

func (d *dialogs) count(r swiftdialog.Result) {
	d.mu.Lock()
	if r.Ending != swiftdialog.Broken {
		d.crashes, d.said = 0, ""
		d.mu.Unlock()
		return
	}
	d.crashes++
	crashed := d.crashes >= maxCrashes
	if crashed {
		d.plainTo = time.Now().Add(tryAgain)
	}
	d.mu.Unlock()
	if crashed {
		d.fellBack("swiftDialog broke three times in a row: " + r.Detail)
	}
}
