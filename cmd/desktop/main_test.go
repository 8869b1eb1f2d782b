//go:build linux

package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	panel "fleetmigrate/testdata/demo/tray"
	standin "fleetmigrate/testdata/swiftdialog"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){"desktop": main})
}

// tidy removes what the tests built.
type tidy struct{ *testing.M }

func (m tidy) Run() int {
	code := m.M.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	return code
}

// built is the folder of the programs that the tests run, once one was needed.
var built string

// programs builds Fleet Desktop and the stand-in for swiftDialog. Fleet Desktop
// runs without the race detector, which would report systray's own races.
var programs = sync.OnceValue(func() (err error) {
	if built, err = os.MkdirTemp("", "desktop-test-"); err != nil {
		return err
	}
	return exec.Command("go", "build", "-o", built, "fleetmigrate/cmd/desktop", "fleetmigrate/testdata/swiftdialog/cmd/Dialog").Run()
})

func TestScripts(t *testing.T) { testscript.Run(t, testscript.Params{Dir: "testdata/script"}) }

// session is one person's: a private bus with a panel, and folders.
type session struct {
	t    *testing.T
	ctx  context.Context
	dir  string
	bus  *panel.Bus
	tray *panel.Host
	env  []string
}

// patience bounds one test on a busy machine.
const patience = 60 * time.Second

const (
	macInOldMDM = `{"os_version":"15.1","hardware_serial":"S1","enrollment":{"enrolled":true,"user_approved":true,"server_url":"https://old.example.com/mdm"},"console_user":{"name":"jo","uid":501},"assertions":[]}`
	token       = "device-token-of-the-test"
)

func newSession(t *testing.T) *session {
	t.Helper()
	require.NoError(t, programs())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	s := &session{t: t, ctx: ctx, dir: t.TempDir()}
	var err error
	s.bus, err = panel.StartBus(ctx, s.dir)
	require.NoError(t, err)
	t.Cleanup(s.bus.Close)
	s.tray, err = panel.NewHost(ctx, s.bus.Address)
	require.NoError(t, err)
	t.Cleanup(s.tray.Close)
	s.write("mac.json", macInOldMDM)
	s.env = []string{"HOME=" + s.dir, "TMPDIR=" + s.dir, "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=" + s.bus.Address,
		"FLEET_DESKTOP_STATE_DIR=" + s.path("state"), "FLEET_DESKTOP_DATA_DIR=" + s.dir, "FLEET_DESKTOP_HOST=" + s.path("mac.json"),
		"FLEET_DESKTOP_DEVICE_IDENTIFIER_PATH=" + s.path("identifier"), "FLEET_DESKTOP_POLL_INTERVAL=1s", "FLEET_DESKTOP_LOG_FILE=-",
		"FLEET_DESKTOP_SWIFT_DIALOG=" + s.path("Dialog.app/Contents/MacOS/Dialog")}
	return s
}

func (s *session) path(name string) string { return filepath.Join(s.dir, name) }

// write puts a file in place whole, as orbit does.
func (s *session) write(name, content string) {
	s.t.Helper()
	require.NoError(s.t, os.WriteFile(s.path("new"), []byte(content), 0o600))
	require.NoError(s.t, os.Rename(s.path("new"), s.path(name)))
}

// process is a running Fleet Desktop and what it said.
type process struct {
	*exec.Cmd
	s     *session
	ended chan struct{}
	err   error // once it has ended

	mu   sync.Mutex
	said strings.Builder
}

func (s *session) start(env ...string) *process {
	s.t.Helper()
	p := &process{Cmd: exec.Command(filepath.Join(built, "desktop")), s: s, ended: make(chan struct{})}
	p.Env = append(s.env[:len(s.env):len(s.env)], env...)
	out, in := io.Pipe()
	p.Stderr = in
	require.NoError(s.t, p.Start())
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.mu.Lock()
			p.said.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
		}
	}()
	go func() {
		p.err = p.Wait()
		in.Close()
		<-read // all it said is in the log
		close(p.ended)
	}()
	s.t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.ended // it writes nothing into the folder that is about to go
	})
	return p
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// says waits until the log holds a text.
func (p *process) says(text string) {
	p.s.t.Helper()
	require.Eventually(p.s.t, func() bool { return strings.Contains(p.log(), text) }, patience, 10*time.Millisecond, "%s\n%s", text, p.log())
}

// stop sends SIGTERM and gives how it ended.
func (p *process) stop() error {
	p.s.t.Helper()
	require.NoError(p.s.t, p.Process.Signal(syscall.SIGTERM))
	return p.end()
}

func (p *process) end() error {
	p.s.t.Helper()
	select {
	case <-p.ended:
		return p.err
	case <-p.s.ctx.Done():
		require.Fail(p.s.t, "it does not end", p.log())
		return nil
	}
}

// sees waits until the menu shows an item that can be clicked, or cannot.
func (s *session) sees(label string, enabled bool) {
	s.t.Helper()
	var menu []panel.Entry
	for {
		menu, _ = s.tray.Menu(s.ctx)
		for _, e := range menu {
			if e.Label == label && e.Enabled == enabled {
				return
			}
		}
		select {
		case <-s.tray.Changes():
		case <-time.After(time.Second): // systray has not registered yet
		case <-s.ctx.Done():
			require.Fail(s.t, "no such item", "%s in %+v", label, menu)
		}
	}
}

// server answers every summary with this.
func server(t *testing.T, summary string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/device/"+token+"/desktop") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, summary)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

const forced = `{"notifications":{"needs_mdm_migration":true},"config":{"mdm":{"macos_migration":{"mode":"forced"}}}}`

// dialog installs the stand-in for swiftDialog.
func (s *session) dialog(c standin.Control) {
	s.t.Helper()
	c.Dir = s.path("windows")
	_, err := standin.Install(s.dir, filepath.Join(built, "Dialog"), c)
	require.NoError(s.t, err)
}

// window waits for the newest window.
func (s *session) window(ok func(standin.Transcript) bool) standin.Transcript {
	s.t.Helper()
	var last standin.Transcript
	require.Eventually(s.t, func() bool {
		all, _ := standin.Transcripts(s.path("windows"))
		if len(all) > 0 {
			last = all[len(all)-1]
		}
		return len(all) > 0 && ok(last)
	}, patience, 10*time.Millisecond)
	return last
}
