package desktop_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/demo/tray"
)

// idle is how long the desktop is watched doing nothing: shorter than the time
// between two polls.
var idle = flag.Duration("idle", time.Minute, "how long the desktop is watched doing nothing")

const (
	maxBinary = 10_000_000 // bytes, stripped, linux/amd64
	starts    = 5
	// settling ends after the connection of the first poll was let go, which is
	// the last that happens until the next poll.
	settling = time.Minute
)

// build makes the desktop as a release has it.
func build(tb testing.TB) (binary string, size int64) {
	tb.Helper()
	dir := tb.TempDir()
	cmd := exec.CommandContext(tb.Context(), "make", "--silent", "--no-print-directory", "build", "BUILD="+dir)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(tb, err, "%s", out)
	binary = filepath.Join(dir, "desktop")
	info, err := os.Stat(binary)
	require.NoError(tb, err)
	return binary, info.Size()
}

func TestDesktopIsSmall(t *testing.T) {
	_, size := build(t)
	require.LessOrEqual(t, size, int64(maxBinary), "see `go tool nm -size` for what has grown")
}

// rig is everything the desktop needs around it.
type rig struct {
	tb          testing.TB
	dir, binary string
	server      server
	bus         *tray.Bus
	host        *tray.Host
}

func newRig(tb testing.TB, binary string) *rig {
	tb.Helper()
	r := &rig{tb: tb, dir: tb.TempDir(), binary: binary, server: newServer(tb)}
	var err error
	r.bus, err = tray.StartBus(context.WithoutCancel(tb.Context()), r.dir)
	require.NoError(tb, err)
	tb.Cleanup(r.bus.Close)
	r.host, err = tray.NewHost(context.WithoutCancel(tb.Context()), r.bus.Address)
	require.NoError(tb, err)
	tb.Cleanup(r.host.Close)
	require.NoError(tb, os.Mkdir(r.path("var"), 0o755))
	r.write("identifier", token)
	r.write("mac.json", `{"os_version":"15.1","hardware_serial":"BENCH1","console_user":{"name":"jo","uid":501},"appearance":"light","assertions":[],`+
		`"enrollment":{"enrolled":true,"server_url":"https://old-mdm.example.com/mdm"},"ade":{"assigned":true}}`)
	return r
}

func (r *rig) path(name string) string { return filepath.Join(r.dir, name) }

func (r *rig) write(name, content string) {
	r.tb.Helper()
	require.NoError(r.tb, os.WriteFile(r.path(name), []byte(content), 0o600))
}

// start runs the desktop until its menu offers the migration, and gives what
// that took.
func (r *rig) start() (cmd *exec.Cmd, wall time.Duration, used usage) {
	r.tb.Helper()
	cmd = exec.CommandContext(context.WithoutCancel(r.tb.Context()), r.binary, "--fleet-url", r.server.URL, "--root-ca", r.server.authority(r.dir),
		"--token-file", r.path("identifier"), "--host", r.path("mac.json"), "--state-dir", r.path("state"), "--data-dir", r.path("var"), "--log-file", "-")
	cmd.Env = []string{"HOME=" + r.dir, "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=" + r.bus.Address}
	var log lockedBuffer
	cmd.Stderr = &log
	began := time.Now()
	require.NoError(r.tb, cmd.Start())
	r.tb.Cleanup(func() { _ = cmd.Process.Kill() })
	for deadline := time.After(30 * time.Second); !r.offered(); {
		select {
		case <-r.host.Changes():
		case <-deadline:
			require.Fail(r.tb, "no menu item", "%s", log.String())
		}
	}
	return cmd, time.Since(began), usageOf(r.tb, cmd.Process.Pid)
}

func (r *rig) offered() bool {
	menu, err := r.host.Menu(r.tb.Context())
	return err == nil && slices.ContainsFunc(menu, func(e tray.Entry) bool { return e.Label == "Migrate to Fleet" })
}

func (r *rig) stop(cmd *exec.Cmd) {
	r.tb.Helper()
	require.NoError(r.tb, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(r.tb, cmd.Wait())
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// BenchmarkDesktop prints the numbers beside the budgets.
func BenchmarkDesktop(b *testing.B) {
	binary, size := build(b)
	r := newRig(b, binary)
	for b.Loop() {
		var walls, cpus []time.Duration
		var cmd *exec.Cmd
		for i := range starts {
			if i > 0 {
				r.stop(cmd)
			}
			var wall time.Duration
			var used usage
			cmd, wall, used = r.start()
			walls, cpus = append(walls, wall), append(cpus, used.cpu)
		}
		<-time.After(settling)
		before := usageOf(b, cmd.Process.Pid)
		<-time.After(*idle)
		after := usageOf(b, cmd.Process.Pid)
		rss, dirty := memoryOf(b, cmd.Process.Pid)
		r.stop(cmd)
		perMinute := float64(after.switches-before.switches) / idle.Minutes()
		cpu := float64((after.cpu - before.cpu).Microseconds()) / idle.Seconds()
		print(b, []row{
			{"binary, stripped", "MB", float64(size) / 1e6, 10},
			{"CPU from exec to menu item, median", "ms", ms(median(cpus)), 15},
			{"time from exec to menu item, median", "ms", ms(median(walls)), 100},
			{"RSS, idle", "MiB", rss, 12},
			{"private dirty memory, idle", "MiB", dirty, 3},
			{"wake-ups, idle (2 are Go's own monitor's)", "per min", perMinute, 2},
			{"CPU, idle", "µs/s", cpu, 5},
		})
	}
}

type row struct {
	what, unit    string
	value, atMost float64
}

func print(b *testing.B, rows []row) {
	b.Helper()
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "\nwhat\tmeasured\tbudget\t")
	for _, r := range rows {
		verdict := ""
		if r.value > r.atMost {
			verdict = "OVER"
		}
		fmt.Fprintf(out, "%s\t%.2f %s\t%g\t%s\n", r.what, r.value, r.unit, r.atMost, verdict)
	}
	require.NoError(b, out.Flush())
}

func median(d []time.Duration) time.Duration { return slices.Sorted(slices.Values(d))[len(d)/2] }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
