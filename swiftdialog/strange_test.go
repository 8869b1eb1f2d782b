package swiftdialog_test

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
)

// opens is how a script does what the real one does first: it takes its command
// file. Its word "ready" tells the test its process id.
const opens = `#!/bin/sh
while [ "$1" != --commandfile ]; do shift; done
commands=$2
ready() { echo $$ > "$(dirname "$0")/pid.new"; mv "$(dirname "$0")/pid.new" "$(dirname "$0")/pid"; }
rm "$commands"; : > "$commands"
`

// strange runs a script as Dialog and holds that nothing of it stays behind:
// no process, no file, no descriptor.
func strange(t *testing.T, script string, do func(d *swiftdialog.Dialog)) swiftdialog.Result {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	path := install(t, opens+script)
	before := descriptors(t)
	d, err := swiftdialog.New(swiftdialog.Config{Path: path, StartWithin: eventually, QuitGrace: 100 * time.Millisecond}).Show(t.Context(), options())
	require.NoError(t, err)
	pid := noted(t, path)
	do(d)
	r := d.Wait()
	require.Eventually(t, func() bool { return syscall.Kill(-pid, 0) != nil }, eventually, look, "a process of its group lives")
	require.Empty(t, leftovers(t))
	require.Equal(t, before, descriptors(t))
	return r
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/dev/fd")
	require.NoError(t, err)
	return len(all)
}

// What ends by itself in a way that no swiftDialog has. Only exit 0 with one
// JSON object, and nothing else, is consent.
func TestStrangeEndings(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		ending swiftdialog.Ending
	}{
		"an object":              {`echo '{ }'`, swiftdialog.Agreed},
		"a key twice":            {`echo '{"a":1,"a":2}'`, swiftdialog.Agreed},
		"null":                   {`echo null`, swiftdialog.Interrupted},
		"a list":                 {`echo '[]'`, swiftdialog.Interrupted},
		"two objects":            {`echo '{}{}'`, swiftdialog.Interrupted},
		"half an object":         {`printf '{"a":'`, swiftdialog.Interrupted},
		"words around it":        {`echo 'ok {}'`, swiftdialog.Interrupted},
		"on the other pipe":      {`echo '{}' >&2`, swiftdialog.Interrupted},
		"a closed pipe":          {`exec >&-; exit 0`, swiftdialog.Interrupted},
		"an object, and code 5":  {`echo '{}'; exit 5`, swiftdialog.Interrupted},
		"an object, and code 2":  {`echo '{}'; exit 2`, swiftdialog.Later},
		"an object, and code 1":  {`echo '{}'; exit 1`, swiftdialog.Broken},
		"an object, and a crash": {`echo '{}'; kill -SEGV $$`, swiftdialog.Broken},
		"an object, and a kill":  {`echo '{}'; kill -KILL $$`, swiftdialog.Interrupted},
		"100 MB":                 {`head -c 100000000 /dev/zero`, swiftdialog.Interrupted},
		"an object in a flood":   {`echo '{}'; head -c 100000000 /dev/zero | tr '\0' ' '; echo x`, swiftdialog.Interrupted},
		"a child with the pipe":  {`sleep 600 & exit 2`, swiftdialog.Later},
		"a child that hides":     {`sleep 600 >/dev/null 2>&1 & echo '{}'`, swiftdialog.Agreed},
	} {
		t.Run(name, func(t *testing.T) {
			r := strange(t, "ready\n"+c.script, func(*swiftdialog.Dialog) {})
			require.Equal(t, c.ending, r.Ending, "%+v", r)
		})
	}
}

// What does not end by itself is stopped, whatever it does.
func TestStrangeWindowsAreStopped(t *testing.T) {
	for name, script := range map[string]string{
		"it says Start, and hangs":   `echo '{}'; ready; exec sleep 600`,
		"it ignores all but the end": `trap '' TERM INT HUP; ready; while :; do sleep 600 & wait $!; done`,
		"it is stopped":              `ready; kill -STOP $$`,
		"its commands are a link":    `rm "$commands"; ln -s /dev/full "$commands"; ready; exec sleep 600`,
		"its commands are a folder":  `rm "$commands"; mkdir "$commands"; ready; exec sleep 600`,
		"its commands are a pipe":    `rm "$commands"; mkfifo "$commands"; ready; exec sleep 600`,
		"its commands are gone":      `rm "$commands"; ready; exec sleep 600`,
		"its folder is gone":         `rm -r "$(dirname "$commands")"; ready; exec sleep 600`,
		"its binary is another":      `echo 'exit 0' > "$0.new"; mv "$0.new" "$0"; ready; exec sleep 600`,
		"its children ignore it too": `(trap '' TERM INT HUP; while :; do sleep 600 & wait $!; done) & trap '' TERM; ready; wait`,
		"it writes without end":      `ready; exec yes '{}'`,
	} {
		t.Run(name, func(t *testing.T) {
			r := strange(t, script, func(d *swiftdialog.Dialog) {
				require.NoError(t, d.Update(swiftdialog.Update{Message: "new", Front: true}))
				d.Stop()
			})
			require.Equal(t, swiftdialog.Interrupted, r.Ending, "%+v", r)
		})
	}
}
