//go:build linux

package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/demo/stack"
)

// TestStandalone is the whole story with our own orbit: it enrolls, gives the
// desktop its token, answers the server's questions from macOS's commands, and
// tells the desktop what IT wants.
func TestStandalone(t *testing.T) {
	w := newWorld(t, stack.Options{Standalone: true})
	w.settings(true, "voluntary")
	w.seesItem(migrate)
	w.click(migrate)
	w.seesDialog(start)
	w.press("button1")
	w.seesDialog(guide)
	w.asksOnce()
	require.NoError(t, w.Enroll(w.ctx))
	w.missesItem(migrate)
	w.requireNoSecrets()
}
