//go:build linux

package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/demo/stack"
)

// bin is where the programs are, built once for all stories.
var bin string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if bin, err = os.MkdirTemp("", "fleet-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(bin)
	if err := stack.Build(context.Background(), stack.Root(), bin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// patience bounds one story. It is for a story that hangs: no machine that works
// at all is as slow.
const patience = 4 * time.Minute

// world is one story's stack.
type world struct {
	*stack.Stack
	t   *testing.T
	ctx context.Context
}

func newWorld(t *testing.T, opts stack.Options) *world {
	t.Helper()
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	s, err := stack.Start(ctx, bin, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return &world{s, t, ctx}
}

// sees waits until something holds.
func (w *world) sees(what string, ok func() bool) {
	w.t.Helper()
	require.NoError(w.t, w.Wait(w.ctx, what, ok))
}

func (w *world) seesItem(label string) {
	w.t.Helper()
	w.sees("menu item "+label, func() bool { return w.HasItem(w.ctx, label) })
}

func (w *world) missesItem(label string) {
	w.t.Helper()
	w.sees("menu without "+label, func() bool { return w.Menu(w.ctx) != nil && !w.HasItem(w.ctx, label) })
}

// seesDialog waits for an open dialog whose first button has a label and can be pressed.
func (w *world) seesDialog(button string) {
	w.t.Helper()
	w.sees("dialog with "+button, func() bool {
		d := w.Window()
		return d != nil && d.Options["button1text"] == button && d.Options["button1disabled"] == nil
	})
}

// seesNoDialog waits until no dialog is on the screen, and the agent knows: a
// window goes a moment before its end is known.
func (w *world) seesNoDialog() {
	w.t.Helper()
	w.sees("no dialog", func() bool { return w.Window() == nil && w.Status().Dialog == "" })
}

// answer presses a button of a dialog that asks for something, and waits until
// the agent knows. The next dialog may be open by then.
func (w *world) answer(button string) {
	w.t.Helper()
	before := w.Status().LastClosed
	w.press(button)
	w.sees("the end of the dialog", func() bool { return w.Status().LastClosed.After(before) })
}

func (w *world) press(button string) {
	w.t.Helper()
	require.NoError(w.t, w.Press(button), w.Describe())
}

func (w *world) click(label string) {
	w.t.Helper()
	require.NoError(w.t, w.Tray.Click(w.ctx, label), w.Describe())
}

// asksOnce waits for the webhook, and holds that there is one.
func (w *world) asksOnce() {
	w.t.Helper()
	w.says("old MDM", "webhook received")
	require.Equal(w.t, 1, w.Log.Count("old MDM", "webhook received"))
}

// says waits for a line in the log of a program: it may arrive later than what
// it tells of.
func (w *world) says(program, text string) {
	w.t.Helper()
	w.sees(program+" to say "+text, func() bool { return w.Log.Has(program, text) })
}

func (w *world) settings(enable bool, mode string) {
	w.t.Helper()
	require.NoError(w.t, w.Migration(w.ctx, enable, mode))
}

const (
	migrate  = "Migrate to Fleet"
	myDevice = "My device"
	start    = "Start"
	guide    = "Open Remote Management again"
)
