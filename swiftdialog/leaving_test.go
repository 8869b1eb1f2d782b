package swiftdialog_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
)

// stubborn stands for a window that hangs: it opens, and then neither reads its
// command file nor heeds SIGTERM. It notes its process id.
const stubborn = `#!/bin/sh
trap '' TERM INT HUP
while [ "$1" != --commandfile ]; do shift; done
echo $$ > "$(dirname "$0")/pid.new"; mv "$(dirname "$0")/pid.new" "$(dirname "$0")/pid"
: > "$2"
while :; do sleep 60 & wait $!; done
`

func install(t *testing.T, script string) (dialog string) {
	t.Helper()
	app := filepath.Join(t.TempDir(), "Dialog.app", "Contents")
	require.NoError(t, os.MkdirAll(filepath.Join(app, "MacOS"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(app, "Info.plist"), []byte(`<plist version="1.0"><dict><key>CFBundleShortVersionString</key><string>2.5.6</string></dict></plist>`), 0o600))
	dialog = filepath.Join(app, "MacOS", "Dialog")
	require.NoError(t, os.WriteFile(dialog, []byte(script), 0o755))
	return dialog
}

// noted waits for the process id that a script notes beside itself.
func noted(t *testing.T, path string) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(path), "pid"))
		pid, _ = strconv.Atoi(strings.TrimSpace(string(raw)))
		return err == nil
	}, eventually, look)
	return pid
}

// The agent gets little time when the person logs out. Its window may hang;
// it still must not stay behind, however patient it is otherwise.
func TestNoWindowOutlivesTheAgent(t *testing.T) {
	for name, begin := range map[string]func(d *swiftdialog.Dialog, leave func()){
		"while it is open":   func(_ *swiftdialog.Dialog, leave func()) { leave() },
		"while it is closed": func(d *swiftdialog.Dialog, leave func()) { d.Stop(); leave() },
	} {
		t.Run(name, func(t *testing.T) {
			path := install(t, stubborn)
			ctx, leave := context.WithCancel(t.Context())
			d, err := swiftdialog.New(swiftdialog.Config{Path: path, QuitGrace: time.Hour}).Show(ctx, swiftdialog.Options{Message: "hello"})
			require.NoError(t, err)
			pid := noted(t, path)
			begin(d, leave)
			require.Equal(t, swiftdialog.Interrupted, d.Wait().Ending)
			require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH, "it is gone and reaped")
		})
	}
}
