//go:build linux

package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/testdata/demo/stack"
)

// TestOnARealDesktop plays the story on a screen with a real panel, a real
// tray, real windows and a mouse. Its pictures go to artifacts.
func TestOnARealDesktop(t *testing.T) {
	x := newXDesktop(t)
	w := newWorld(t, stack.Options{RealTray: true, Env: x.env[:2]})
	w.settings(true, "voluntary")
	w.choose(x, migrate, "xvfb-1-menu")

	question := w.openWindow(x, start)
	x.keep("xvfb-2-question")
	question.press("button2")
	w.sees("the offer again", func() bool { return w.Status().State == agent.Offered })

	w.choose(x, migrate, "")
	w.openWindow(x, start).press("button1")
	steps := w.openWindow(x, guide)
	x.keep("xvfb-3-guide")
	steps.press("button2")
	w.asksOnce()

	w.sees("the menu to say what is left", func() bool { return slices.Contains(w.Status().Menu, "Waiting for you in Remote Management") })
	x.openMenu(len(w.Status().Menu))
	x.keep("xvfb-4-waiting")
	x.closeMenu()

	require.NoError(t, w.Enroll(w.ctx))
	thanks := w.openWindow(x, "OK")
	x.keep("xvfb-5-thanks")
	thanks.press("button1")
	w.sees("quiet", func() bool { return w.Status().State == agent.Idle && !slices.Contains(w.Status().Menu, migrate) })
	require.Len(t, x.openMenu(len(w.Status().Menu)), 3, "version, My device, About")
	x.keep("xvfb-6-done")
	x.closeMenu()
}

// choose opens the menu with the mouse and clicks the line with this title.
func (w *world) choose(x *xdesktop, title, picture string) {
	w.t.Helper()
	w.sees("menu item "+title, func() bool { return slices.Contains(w.Status().Menu, title) })
	lines := w.Status().Menu
	rows := x.openMenu(len(lines))
	if picture != "" {
		x.keep(picture)
	}
	x.click(middle(rows[slices.Index(lines, title)]))
}
