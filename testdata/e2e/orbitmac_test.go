//go:build linux

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/testdata/fakemac"
	"fleetmigrate/testdata/mockserver"
	"fleetmigrate/testdata/mockserver/store"
)

const (
	orbitSecret = "enroll-secret-canary"
	orbitSerial = "C02ORBIT"
	oldServer   = "https://old.example.com/mdm"
	nobodyUID   = 65534
)

// orbitMac is a Mac with orbit alone, and a Fleet server: no desktop, no
// dialogs. The server's handler can be looked into, and replaced.
type orbitMac struct {
	t       *testing.T
	ctx     context.Context
	dir     string
	srv     atomic.Pointer[mockserver.Server]
	http    *httptest.Server
	before  atomic.Pointer[func(n int)] // of each request, with its number
	after   atomic.Pointer[func(n int)]
	counted atomic.Int64
	uid     int // who runs orbit
	env     []string
	args    []string

	mu  sync.Mutex
	cmd *exec.Cmd
	log bytes.Buffer
}

// newOrbitMac makes a Mac that is in the old MDM and assigned to Fleet. uid is
// who runs orbit; a test that is not root runs all as itself.
func newOrbitMac(t *testing.T, uid int) *orbitMac {
	t.Helper()
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	dir, err := os.MkdirTemp("", "fleet-orbit-")
	require.NoError(t, err)
	m := &orbitMac{t: t, ctx: ctx, dir: dir, uid: uid}
	t.Cleanup(func() { m.kill(); require.NoError(t, os.RemoveAll(dir)) })
	if os.Getuid() != 0 {
		m.uid = os.Getuid()
	}
	require.NoError(t, os.Chmod(dir, 0o755))
	m.serve()
	require.NoError(t, os.Mkdir(filepath.Dir(m.facts()), 0o755))
	m.edit(func(f *host.Facts) {
		*f = host.Facts{OSVersion: "15.1", HardwareUUID: "4C4C-ORBIT", HardwareSerial: orbitSerial, HardwareModel: "Mac15,3", ComputerName: "Jo's Mac",
			Enrollment: host.Enrollment{Enrolled: true, ViaDEP: true, UserApproved: true, ServerURL: oldServer},
			ADE:        host.ADE{Assigned: true, ConfigurationWebURL: m.http.URL + "/mdm/apple/enroll?token=apple-canary"}, ConsoleUser: host.ConsoleUser{Name: "jo", UID: m.person()}}
	})
	for _, program := range []string{"orbit", "fakemac"} { // where everybody may look
		copyProgram(t, filepath.Join(dir, program), filepath.Join(bin, program))
	}
	require.NoError(t, fakemac.Install(m.hostRoot(), filepath.Join(dir, "fakemac"), m.facts()))
	require.NoError(t, os.Mkdir(m.root(), 0o755))
	m.giveAway()
	return m
}

// copyProgram lets nothing be started meanwhile: a program that another test
// starts would hold the open file for a moment, and a file that is open for
// writing can't be run ("text file busy").
func copyProgram(t *testing.T, to, from string) {
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	require.NoError(t, os.WriteFile(to, data, 0o755))
}

// giveAway gives everything to who runs orbit.
func (m *orbitMac) giveAway() {
	if os.Getuid() != 0 {
		return
	}
	require.NoError(m.t, filepath.WalkDir(m.dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			err = os.Lchown(path, m.uid, -1)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the daemon was writing it
		}
		return err
	}))
}

func (m *orbitMac) root() string     { return filepath.Join(m.dir, "orbit.d") }
func (m *orbitMac) hostRoot() string { return filepath.Join(m.dir, "mac") }
func (m *orbitMac) facts() string    { return filepath.Join(m.dir, "facts", "mac.json") }

// person is who sits at the Mac.
func (m *orbitMac) person() int {
	if m.uid == 0 {
		return nobodyUID
	}
	return m.uid
}

func (m *orbitMac) edit(change func(*host.Facts)) {
	m.t.Helper()
	require.NoError(m.t, fakemac.ChangeFacts(m.facts(), change))
}

// serve starts a Fleet server that knows nobody; a second one takes its place.
func (m *orbitMac) serve() *mockserver.Server {
	m.t.Helper()
	srv, err := mockserver.New(mockserver.Config{AdminToken: "admin", EnrollSecret: orbitSecret, Control: true, FailureLimit: "off"})
	require.NoError(m.t, err)
	m.srv.Store(srv)
	if m.http == nil {
		m.http = httptest.NewServer(http.HandlerFunc(m.handle))
		m.t.Cleanup(m.http.Close)
	}
	m.admin(http.MethodPatch, "/api/latest/fleet/config", `{"mdm":{"macos_migration":{"enable":true,"mode":"voluntary","webhook_url":"https://hook.example.com"}}}`)
	require.NoError(m.t, m.fleet().Act(orbitSerial, "assign"))
	return srv
}

func (m *orbitMac) fleet() *mockserver.Server { return m.srv.Load() }

func (m *orbitMac) handle(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.URL.Path, "/fleet/config") || strings.Contains(r.URL.Path, "/hosts/") {
		m.fleet().ServeHTTP(w, r)
		return
	}
	n := int(m.counted.Add(1))
	if f := m.before.Load(); f != nil {
		(*f)(n)
	}
	m.fleet().ServeHTTP(w, r)
	if f := m.after.Load(); f != nil {
		(*f)(n)
	}
}

func (m *orbitMac) admin(method, path, body string) {
	m.t.Helper()
	req := httptest.NewRequestWithContext(m.ctx, method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer admin")
	rec := httptest.NewRecorder()
	m.fleet().ServeHTTP(rec, req)
	require.Less(m.t, rec.Code, 300, rec.Body.String())
}

// command is a call of orbit as it is configured on this Mac.
func (m *orbitMac) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(m.ctx, filepath.Join(m.dir, "orbit"), args...)
	cmd.Env = append([]string{"PATH=/nowhere", "ORBIT_ROOT_DIR=" + m.root(), "ORBIT_HOST_ROOT=" + m.hostRoot(), "ORBIT_LOG_FILE=-",
		"ORBIT_VITALS_INTERVAL=1s", "ORBIT_DESKTOP_STATE_DIR=" + filepath.Join(m.dir, "desktop")}, m.env...)
	cmd.Dir = m.dir
	if os.Getuid() == 0 && m.uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(m.uid), Gid: uint32(m.uid), NoSetGroups: true}}
	}
	return cmd
}

// start starts the daemon. Its server comes by environment unless configure
// left it elsewhere.
func (m *orbitMac) start() {
	m.t.Helper()
	cmd := m.command(append([]string{"run"}, m.args...)...)
	cmd.Stderr = m
	m.mu.Lock()
	defer m.mu.Unlock()
	require.NoError(m.t, cmd.Start())
	m.cmd = cmd
}

// settles starts the daemon and waits until this very process has everything
// in order, and the server's word.
func (m *orbitMac) settles() {
	m.t.Helper()
	m.start()
	m.sees("everything in order", func() bool {
		s := m.status()
		return s.PID == m.cmd.Process.Pid && s.Server.Answers["config"].Text == "ok" && m.settled()
	})
}

func (m *orbitMac) byEnvironment() *orbitMac {
	m.env = append(m.env, "ORBIT_FLEET_URL="+m.http.URL, "ORBIT_ENROLL_SECRET="+orbitSecret)
	return m
}

// Write is the daemon's log.
func (m *orbitMac) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log.Write(p)
}

func (m *orbitMac) said() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log.String()
}

// says waits for a text in the daemon's log, which arrives when it can.
func (m *orbitMac) says(text string) {
	m.t.Helper()
	m.sees(text+" in the log", func() bool { return strings.Contains(m.said(), text) })
}

// kill ends the daemon as a power cut does.
func (m *orbitMac) kill() {
	m.mu.Lock()
	cmd := m.cmd
	m.cmd = nil
	m.mu.Unlock()
	if cmd != nil && cmd.Process != nil {
		_ = cmd.Process.Kill() // it may be gone already
		_ = cmd.Wait()
	}
}

// pid is the running daemon's.
func (m *orbitMac) pid() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cmd.Process.Pid
}

// meanwhile does something while the daemon stands still.
func (m *orbitMac) meanwhile(do func()) {
	m.t.Helper()
	require.NoError(m.t, syscall.Kill(m.pid(), syscall.SIGSTOP))
	defer func() { require.NoError(m.t, syscall.Kill(m.pid(), syscall.SIGCONT)) }()
	m.sees("a daemon that stands still", func() bool {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", m.pid()))
		return err == nil && !slices.ContainsFunc(threads, func(name string) bool {
			stat, err := os.ReadFile(name)
			return err == nil && !strings.Contains(string(stat), ") T ")
		})
	})
	do()
}

// ends waits for the daemon to end by itself, and well.
func (m *orbitMac) ends() {
	m.t.Helper()
	m.mu.Lock()
	cmd := m.cmd
	m.cmd = nil
	m.mu.Unlock()
	require.NoError(m.t, cmd.Wait(), m.said())
}

// stop ends the daemon as launchd does.
func (m *orbitMac) stop() {
	m.t.Helper()
	require.NoError(m.t, syscall.Kill(m.pid(), syscall.SIGTERM))
	m.ends()
}

func (m *orbitMac) tokenFile() string {
	return filepath.Join(m.root(), "var", "users", strconv.Itoa(m.person()), "identifier")
}

// accepted reports that the desktop's token is one the server takes.
func (m *orbitMac) accepted() bool {
	token, err := os.ReadFile(m.tokenFile())
	if err != nil || len(token) == 0 {
		return false
	}
	rec := httptest.NewRecorder()
	m.fleet().ServeHTTP(rec, httptest.NewRequestWithContext(m.ctx, http.MethodHead, "/api/latest/fleet/device/"+string(token)+"/ping", nil))
	return rec.Code == http.StatusOK
}

// settled reports that all is as it should be: the server knows this Mac, and
// the desktop has a token that it takes.
func (m *orbitMac) settled() bool {
	h, err := m.fleet().Host(orbitSerial)
	return err == nil && h.OSVersion == "macOS 15.1" && h.MDM != nil && m.accepted()
}

// sees waits until something holds, looking at every request and every change
// below var.
func (m *orbitMac) sees(what string, ok func() bool) {
	m.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-m.ctx.Done():
			require.FailNow(m.t, "not seen: "+what, m.said())
		}
	}
}

func (m *orbitMac) awaitHost(want func(store.Host) bool) {
	m.t.Helper()
	require.NoError(m.t, m.fleet().AwaitHost(m.ctx, orbitSerial, want), m.said())
}

func (m *orbitMac) status() daemon.Status {
	s, err := daemon.LoadStatus(filepath.Join(m.root(), "var"))
	if err != nil {
		return daemon.Status{}
	}
	return s
}

// fullDisk lets no file of the running daemon grow, or lets them again.
func (m *orbitMac) fullDisk(full bool) {
	m.t.Helper()
	limit := unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
	if full {
		limit.Cur = 0
	}
	require.NoError(m.t, unix.Prlimit(m.pid(), unix.RLIMIT_FSIZE, &limit, nil))
}

// tool runs a command of orbit and gives what it printed and its exit code.
func (m *orbitMac) tool(args ...string) (string, int) {
	m.t.Helper()
	cmd := m.command(args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, io.Writer(&out)
	_ = cmd.Run() // the exit code says it
	return out.String(), cmd.ProcessState.ExitCode()
}
