package main

import (
	"context"
	"os"
	"sync"

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

// dialogs opens windows with swiftDialog, or with the system's plain dialog
// where swiftDialog can't.
type dialogs struct {
	log    zerolog.Logger
	macOS  func(context.Context) string
	places []string

	mu     sync.Mutex
	named  string              // by IT; "": wherever it is found
	path   string              // of the last look
	either *swiftdialog.Either // nil until a window is needed
	said   string              // why the plain one stands in, as last logged
}

func newDialogs(log zerolog.Logger, macOS func(context.Context) string, places ...string) *dialogs {
	return &dialogs{log: log, macOS: macOS, places: places}
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
		d.path, d.either = path, nil
	}
}

// Show implements agent.Dialogs.
func (d *dialogs) Show(ctx context.Context, o swiftdialog.Options) (agent.Dialog, error) {
	w, err := d.tools(ctx).Show(ctx, o)
	d.report()
	if err != nil {
		return nil, err
	}
	return watched{w, d}, nil
}

func (d *dialogs) tools(ctx context.Context) *swiftdialog.Either {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.look()
	if d.either == nil {
		runner := swiftdialog.New(swiftdialog.Config{Path: d.path, MacOS: d.macOS(ctx)})
		d.either = swiftdialog.NewEither(runner, swiftdialog.NewPlain(plainTool))
	}
	return d.either
}

// report logs why swiftDialog is not used, once per reason.
func (d *dialogs) report() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.either == nil { // configured anew meanwhile
		return
	}
	why := d.either.Downgraded()
	if why != "" && why != d.said {
		d.log.Warn().Str("why", why).Str("swift_dialog", d.path).Msg("the system's plain dialog stands in for swiftDialog")
	}
	d.said = why
}

// tool says for the status which tool draws, and why.
func (d *dialogs) tool() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.either != nil && d.either.Downgraded() != "" {
		return "plain: " + d.either.Downgraded()
	}
	return "swiftDialog " + d.path
}

// watched reports what a window that ended has taught.
type watched struct {
	*swiftdialog.Window
	tools *dialogs
}

// Wait implements agent.Dialog.
func (w watched) Wait() swiftdialog.Result {
	r := w.Window.Wait()
	w.tools.report()
	return r
}
