//go:build linux

package e2e

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/demo/stack"
	"fleetmigrate/testdata/demo/tray"
)

// xdesktop is a screen of its own with a panel that has a tray: what a person
// on Linux looks at. Its mouse is the only way to press anything.
type xdesktop struct {
	t    *testing.T
	home string
	env  []string // of every program on this screen
}

// panel is one bar at the top with nothing but a tray, at the right.
const panel = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0"><property name="configver" type="int" value="2"/>
<property name="panels" type="array"><value type="int" value="1"/><property name="panel-1" type="empty">
<property name="position" type="string" value="p=6;x=640;y=14"/><property name="position-locked" type="bool" value="true"/>
<property name="length" type="uint" value="100"/><property name="size" type="uint" value="28"/><property name="icon-size" type="uint" value="18"/>
<property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property></property></property>
<property name="plugins" type="empty"><property name="plugin-1" type="string" value="separator">
<property name="expand" type="bool" value="true"/><property name="style" type="uint" value="0"/></property>
<property name="plugin-2" type="string" value="systray"><property name="square-icons" type="bool" value="true"/></property></property></channel>
`

func newXDesktop(t *testing.T) *xdesktop {
	t.Helper()
	home, err := os.MkdirTemp("", "fleet-x-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(home) })
	conf := filepath.Join(home, ".config/xfce4/xfconf/xfce-perchannel-xml")
	require.NoError(t, os.MkdirAll(conf, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(conf, "xfce4-panel.xml"), []byte(panel), 0o600))
	x := &xdesktop{t: t, home: home}
	display := x.startScreen()
	bus, err := tray.StartBus(context.Background(), home)
	require.NoError(t, err)
	t.Cleanup(bus.Close)
	x.env = []string{"DISPLAY=" + display, "DBUS_SESSION_BUS_ADDRESS=" + bus.Address, "PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + home}
	x.eventually("the panel's settings", func() bool {
		return x.try("xfconf-query", "-c", "xfce4-panel", "-p", "/panels/panel-1/position") == nil
	})
	x.start("xfce4-panel", "--disable-wm-check")
	x.eventually("a panel", func() bool { return len(x.windows("xfce4-panel")) > 0 })
	x.paint()
	return x
}

// paint gives the screen a background. ImageMagick ends with 1 although it has
// drawn; without a background the pictures are only darker.
func (x *xdesktop) paint() {
	_ = x.try("display", "-window", "root", "-size", "1280x800", "gradient:#4a6a94-#8fa3c4")
}

// startScreen starts an X server that picks a free display by itself.
func (x *xdesktop) startScreen() string {
	x.t.Helper()
	read, write, err := os.Pipe()
	require.NoError(x.t, err)
	defer read.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{write}
	x.own(cmd)
	write.Close()
	number, err := io.ReadAll(read)
	require.NoError(x.t, err)
	return ":" + strings.TrimSpace(string(number))
}

// start starts a program on this screen; it ends with the test.
func (x *xdesktop) start(argv ...string) (stop func()) {
	x.t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = x.env
	return x.own(cmd)
}

// own starts a program in a group of its own, and takes the group along when
// it stops.
func (x *xdesktop) own(cmd *exec.Cmd) (stop func()) {
	x.t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	require.NoError(x.t, cmd.Start(), "run `make deps`")
	stop = sync.OnceFunc(func() { // afterwards the number may be somebody else's
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait() // killed, as it should be
	})
	x.t.Cleanup(stop)
	return stop
}

// try runs a program on this screen that may fail.
func (x *xdesktop) try(argv ...string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = x.env
	return cmd.Run()
}

// run runs a program on this screen and gives what it prints.
func (x *xdesktop) run(argv ...string) []byte {
	x.t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = x.env
	out, err := cmd.Output()
	require.NoError(x.t, err, argv)
	return out
}

// eventually waits; a test that waits in vain leaves a picture of what there was instead.
func (x *xdesktop) eventually(what string, ok func() bool) {
	x.t.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			x.keep("xvfb-failed")
			require.FailNow(x.t, "not on the screen: "+what, "%v; see xvfb-failed.png", x.windows("."))
		}
		<-time.After(100 * time.Millisecond)
	}
}

// windows are the visible windows of a class, as they lie on the screen.
func (x *xdesktop) windows(class string) (all []image.Rectangle) {
	cmd := exec.Command("xdotool", "search", "--onlyvisible", "--class", class, "getwindowgeometry", "--shell", "%@")
	cmd.Env = x.env
	out, err := cmd.Output()
	if err != nil {
		return nil // none, or one went meanwhile
	}
	var at image.Point
	var width int
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		n, err := strconv.Atoi(value)
		if err != nil {
			continue
		}
		switch name {
		case "X":
			at.X = n
		case "Y":
			at.Y = n
		case "WIDTH":
			width = n
		case "HEIGHT":
			all = append(all, image.Rect(at.X, at.Y, at.X+width, at.Y+n))
		}
	}
	return all
}

// click moves the mouse there and presses its first button.
func (x *xdesktop) click(at image.Point) {
	x.t.Helper()
	x.run("xdotool", "mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y), "click", "1")
}

// screen is what the person sees.
func (x *xdesktop) screen() image.Image {
	x.t.Helper()
	img, err := png.Decode(bytes.NewReader(x.run("import", "-window", "root", "png:-")))
	require.NoError(x.t, err)
	return img
}

// keep keeps a picture of the screen in artifacts.
func (x *xdesktop) keep(name string) {
	x.t.Helper()
	dir := os.Getenv("ARTIFACTS")
	if dir == "" {
		dir = filepath.Join(stack.Root(), "artifacts")
	}
	require.NoError(x.t, os.MkdirAll(dir, 0o755))
	require.NoError(x.t, os.WriteFile(filepath.Join(dir, name+".png"), x.run("import", "-window", "root", "png:-"), 0o644))
}

func middle(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }
