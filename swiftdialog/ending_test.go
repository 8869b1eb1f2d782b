package swiftdialog_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
	standin "fleetmigrate/testdata/swiftdialog"
)

var profiles = []string{"2.4.2", "2.5.6", "3.1.0"}

// Every ending, under every version. Only a pressed button 1 is consent.
func TestEndings(t *testing.T) {
	for how, c := range map[string]struct {
		ending map[string]swiftdialog.Ending // by version, or for "" all
		says   string
	}{
		"press1":      {all(swiftdialog.Agreed), ""},
		"press2":      {all(swiftdialog.Later), ""},
		"info":        {all(swiftdialog.Help), ""},
		"4":           {all(swiftdialog.TimedOut), ""},
		"10":          {all(swiftdialog.Dismissed), "Command-Q"},
		"close":       {map[string]swiftdialog.Ending{"": swiftdialog.Interrupted, "3.1.0": swiftdialog.Dismissed}, "closed"},
		"appkit-quit": {all(swiftdialog.Interrupted), "without a button"},
		"flood":       {all(swiftdialog.Interrupted), "without a button"},
		"crash":       {all(swiftdialog.Broken), "crashed: trace/breakpoint trap"},
		"0":           {all(swiftdialog.Interrupted), "without a button"},
		"1":           {all(swiftdialog.Broken), "exit code 1"},
		"5":           {all(swiftdialog.Interrupted), "quit"},
		"15":          {map[string]swiftdialog.Ending{"": swiftdialog.Broken, "3.1.0": swiftdialog.Dismissed}, ""},
		"20":          {all(swiftdialog.Broken), "exit code 20"},
		"30":          {all(swiftdialog.Broken), "authorisation key"},
		"40":          {all(swiftdialog.Interrupted), "agent went away"},
		"97":          {all(swiftdialog.Broken), "exit code 97"},
		"133":         {all(swiftdialog.Broken), "crashed"},
		"143":         {all(swiftdialog.Interrupted), "terminated"},
		"201":         {all(swiftdialog.Broken), "image"},
		"202":         {all(swiftdialog.Broken), "JSON"},
		"255":         {all(swiftdialog.Broken), ""},
	} {
		for _, profile := range profiles {
			t.Run(how+" in "+profile, func(t *testing.T) {
				b := newBox(t, profile, standin.End{How: how})
				d := b.show(options())
				r := d.Wait()
				want, special := c.ending[profile]
				if !special {
					want = c.ending[""]
				}
				require.Equal(t, want, r.Ending, "%+v", r)
				require.Contains(t, r.Detail, c.says)
				require.False(t, r.Closed.Before(r.Opened))
				require.Empty(t, leftovers(t))
				require.ErrorIs(t, d.Update(swiftdialog.Update{Message: "too late"}), swiftdialog.ErrClosed)
			})
		}
	}
}

func all(e swiftdialog.Ending) map[string]swiftdialog.Ending {
	return map[string]swiftdialog.Ending{"": e}
}

func TestCommandQIsHeld(t *testing.T) {
	b := newBox(t, "3.1.0", standin.End{How: "cmdq"})
	d := b.show(options())
	b.await(opened)
	d.Stop()
	require.Equal(t, swiftdialog.Interrupted, d.Wait().Ending)
	require.Equal(t, "quit", b.transcript().Ending)
	b = newBox(t, "3.1.0", standin.End{How: "cmdq"})
	o := options()
	o.HoldQuit = false
	require.Equal(t, swiftdialog.Dismissed, b.show(o).Wait().Ending)
}

// Each step of the ladder is what ends a window that withstood the one before.
func TestStopping(t *testing.T) {
	grace := func(d time.Duration) func(*swiftdialog.Config) {
		return func(c *swiftdialog.Config) { c.QuitGrace = d }
	}
	for name, c := range map[string]struct {
		how, signal string
		code        int
		config      func(*swiftdialog.Config)
	}{
		"it quits":             {"", "", 5, func(*swiftdialog.Config) {}},
		"it reads no commands": {"deaf", "terminated", -1, grace(3 * time.Second)}, // in which a signal does its work
		"it ignores SIGTERM":   {"hang", "killed", -1, grace(200 * time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, "3.1.0", standin.End{How: c.how})
			d := b.show(options(), c.config)
			b.await(func(tr standin.Transcript) bool { return tr.Ending == c.how })
			d.Stop()
			d.Stop() // as often as one likes
			r := d.Wait()
			require.Equal(t, swiftdialog.Interrupted, r.Ending)
			require.Equal(t, "stopped by the agent", r.Detail)
			require.Equal(t, c.signal, r.Signal)
			require.Equal(t, c.code, r.Code)
			require.Empty(t, leftovers(t))
		})
	}
}

func TestStoppingBeforeTheWindowIsThere(t *testing.T) {
	b := newBox(t, "3.1.0")
	b.set(func(c *standin.Control) { c.NoRead = true })
	d := b.show(options()) // patient, but nobody would read "quit:"
	d.Stop()
	r := d.Wait()
	require.Equal(t, swiftdialog.Interrupted, r.Ending)
	require.Equal(t, "terminated", r.Signal)
	require.Empty(t, leftovers(t))
}

func TestNoWindowInTime(t *testing.T) {
	b := newBox(t, "3.1.0")
	b.set(func(c *standin.Control) { c.NoRead = true })
	r := b.show(options(), func(c *swiftdialog.Config) { c.StartWithin = 50 * time.Millisecond }).Wait()
	require.Equal(t, swiftdialog.Broken, r.Ending)
	require.Equal(t, "no window within 50ms", r.Detail)
	require.Empty(t, leftovers(t))
}

func TestSlowWindowIsWaitedFor(t *testing.T) {
	b := newBox(t, "3.1.0", standin.End{How: "press1"})
	b.set(func(c *standin.Control) { c.Slow = 300 * time.Millisecond })
	require.Equal(t, swiftdialog.Agreed, b.show(options()).Wait().Ending)
}

func TestAuthorisationKey(t *testing.T) {
	b := newBox(t, "2.5.6")
	b.set(func(c *standin.Control) { c.Key = "phrase" })
	r := b.show(options()).Wait()
	require.Equal(t, swiftdialog.Broken, r.Ending)
	require.Contains(t, r.Detail, "authorisation key")
}

func TestNothingIsLeftOfAWindowThatDidNotStart(t *testing.T) {
	path := bundle(t, info("3.1.0", "15.0"))
	require.NoError(t, os.Chmod(path, 0o600))
	t.Setenv("TMPDIR", t.TempDir())
	_, err := swiftdialog.New(swiftdialog.Config{Path: path}).Show(t.Context(), options())
	require.ErrorContains(t, err, "starting swiftDialog")
	require.Empty(t, leftovers(t))
	t.Setenv("TMPDIR", "/no/such/folder")
	_, err = swiftdialog.New(swiftdialog.Config{Path: path}).Show(t.Context(), options())
	require.ErrorContains(t, err, "making the dialog's folder")
}
