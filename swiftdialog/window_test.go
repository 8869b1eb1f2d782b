package swiftdialog_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
	standin "fleetmigrate/testdata/swiftdialog"
)

func TestWhatAWindowIsTold(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "p.png")
	require.NoError(t, os.WriteFile(picture, []byte("x"), 0o600))
	for _, profile := range profiles {
		t.Run(profile, func(t *testing.T) {
			b := newBox(t, profile)
			t.Setenv("FLEET_DESKTOP_FLEET_URL", "https://fleet.example.com")
			t.Setenv("HOME", "/home/jo")
			t.Setenv("LANG", "de_DE.UTF-8")
			b.show(swiftdialog.Options{Title: "T", Message: "M", Banner: picture, BannerHeight: 90, Icon: picture, IconDark: picture, IconSize: 40, IconAlt: "logo",
				Button1: "Start", Button2: "Later", InfoText: "small", Progress: true, ProgressText: "working", Width: 600, Height: 400, Appearance: "dark",
				OnTop: true, Blur: true, Moveable: true, HoldQuit: true, Guard: time.Hour})
			tr := b.await(opened)
			want := map[string]any{"json": true, "title": "T", "message": "M", "messagefont": "size=16", "messagealignment": "center", "messageposition": "center",
				"bannerimage": picture, "bannerheight": 90.0, "icon": picture + ":dark=" + picture, "centreicon": true, "iconsize": 40.0, "iconalttext": "logo",
				"button1text": "Start", "button1disabled": true, "button2text": "Later", "infotext": "small", "progress": 100.0, "progresstext": "working",
				"width": 600.0, "height": 400.0, "appearance": "dark", "ontop": true, "blurscreen": true, "moveable": true, "quitkey": "X"}
			if profile == "2.4.2" {
				want["icon"] = picture
				delete(want, "appearance")
			}
			require.Equal(t, want, tr.Options)
			require.ElementsMatch(t, []string{"PATH", "HOME", "LANG", "TMPDIR"}, without(tr.Env, "USER"))
			require.Len(t, tr.Args, 6)
			for _, text := range []string{"Start", "Later", "small", "working"} {
				require.NotContains(t, strings.Join(tr.Args, " "), text)
			}
		})
	}
}

func without(list []string, name string) (rest []string) {
	for _, v := range list {
		if v != name {
			rest = append(rest, v)
		}
	}
	return rest
}

func TestEmptyOptionsHideEverything(t *testing.T) {
	for _, profile := range profiles {
		b := newBox(t, profile)
		b.show(swiftdialog.Options{})
		require.Equal(t, map[string]any{"json": true, "title": "none", "message": "none", "button1text": "none", "icon": "none",
			"messagefont": "size=16", "messagealignment": "center", "messageposition": "center"}, b.await(opened).Options)
	}
}

func TestFilesArePrivate(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	b := newBox(t, "3.1.0")
	b.show(options())
	tr := b.await(opened)
	file := tr.Args[1]
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	info, err = os.Stat(filepath.Dir(file))
	require.NoError(t, err)
	require.Equal(t, os.ModeDir|0o700, info.Mode())
	require.Equal(t, filepath.Dir(file), filepath.Dir(tr.Args[3]), "the command file, which swiftDialog makes for everybody, lies in it too")
}

func TestUpdates(t *testing.T) {
	b := newBox(t, "3.1.0")
	d := b.show(options())
	require.NoError(t, d.Update(swiftdialog.Update{Message: "one\ntwo", ProgressText: "half", Button1: "Close"}))
	require.NoError(t, d.Update(swiftdialog.Update{}))
	tr := b.await(func(tr standin.Transcript) bool { return len(tr.Commands) == 3 })
	require.Equal(t, []string{`message: one\ntwo`, "progresstext: half", "button1text: Close"}, tr.Commands)
	require.Equal(t, "one\ntwo", tr.Options["message"])
	d.Stop()
	require.Equal(t, 5, d.Wait().Code)
}

// An update at once, one that swiftDialog would take for something else, and
// one that is long: all arrive whole.
func TestUpdatesArriveAsTheyAre(t *testing.T) {
	long := strings.Repeat("é", 4000)
	for name, c := range map[string]struct{ message, shown string }{
		"its own command": {"Error message: none", "Error message:\u00a0none"},
		"appending":       {"+ more", "\u200a+ more"},
		"another command": {"quit:\nquit:", "quit:\nquit:"},
		"long":            {long, long},
		"a keyword":       {"none", "none\u200a"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, "2.5.6")
			d := b.show(options())
			require.NoError(t, d.Update(swiftdialog.Update{Message: c.message}))
			tr := b.await(func(tr standin.Transcript) bool { return len(tr.Commands) == 1 })
			require.Equal(t, c.shown, tr.Options["message"])
		})
	}
}

func TestGuard(t *testing.T) {
	b := newBox(t, "3.1.0", standin.End{How: "press1"})
	o := options()
	o.Guard = time.Hour
	d := b.show(o)
	b.await(func(tr standin.Transcript) bool { return len(tr.Ignored) == 1 })
	d.Stop()
	require.Equal(t, swiftdialog.Interrupted, d.Wait().Ending)
	require.Empty(t, b.transcript().Commands[:len(b.transcript().Commands)-1], "nothing but to quit")

	b = newBox(t, "3.1.0")
	o.Guard = 200 * time.Millisecond
	b.show(o)
	tr := b.await(func(tr standin.Transcript) bool { return len(tr.Commands) == 1 })
	require.Equal(t, []string{"button1: enable"}, tr.Commands)
	require.NotContains(t, tr.Options, "button1disabled")
}

func TestWindowGoesWithItsContext(t *testing.T) {
	b := newBox(t, "3.1.0")
	ctx, cancel := context.WithCancel(t.Context())
	d, err := swiftdialog.New(swiftdialog.Config{Path: b.path}).Show(ctx, options())
	require.NoError(t, err)
	b.await(opened)
	cancel()
	<-d.Done()
	r := d.Wait()
	require.Equal(t, swiftdialog.Interrupted, r.Ending)
	require.Equal(t, "stopped with the agent", r.Detail)
}

// killedDriver shows a window from a process of its own, and kills that.
func (b *box) killedDriver() standin.Transcript {
	b.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asDriver+"="+b.path)
	require.NoError(b.t, cmd.Start())
	tr := b.await(opened)
	require.NoError(b.t, cmd.Process.Kill())
	require.Error(b.t, cmd.Wait())
	return tr
}

func TestWindowGoesWithItsProcess(t *testing.T) {
	b := newBox(t, "3.1.0")
	b.killedDriver()
	b.await(func(tr standin.Transcript) bool { return tr.Ending == "parent gone" })
}

// Before 3.0 nothing notices; the next start sweeps.
func TestSweep(t *testing.T) {
	b := newBox(t, "2.5.6")
	d := b.show(options()) // this one's process lives
	b.await(opened)
	b.set(func(c *standin.Control) { c.Dir = filepath.Join(t.TempDir()) })
	orphan := b.killedDriver()
	require.Empty(t, orphan.Ending)
	for _, name := range []string{"fleet-migrate-dialog-x-1", "fleet-migrate-dialog-1-1", "fleet-migrate-plain-1"} {
		require.NoError(t, os.Mkdir(filepath.Join(os.TempDir(), name), 0o700))
	}
	require.Len(t, leftovers(t), 5)
	cleared, err := swiftdialog.Sweep()
	require.NoError(t, err)
	require.Equal(t, 1, cleared)
	b.await(func(tr standin.Transcript) bool { return tr.PID == orphan.PID && tr.Ending == "quit" })
	require.Len(t, leftovers(t), 4)
	d.Stop()
	require.Equal(t, 5, d.Wait().Code)
}
