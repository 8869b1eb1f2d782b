package swiftdialog_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
	standin "fleetmigrate/testdata/swiftdialog"
)

// binary is the stand-in, built once.
var binary string

// asDriver makes this test binary show a window and wait: the driver that a
// test kills. Its value is the path of the Dialog binary.
const asDriver = "SWIFTDIALOG_TEST_DRIVER"

func TestMain(m *testing.M) {
	if path := os.Getenv(asDriver); path != "" {
		drive(path)
	}
	os.Exit(withBinary(m.Run))
}

func withBinary(run func() int) int {
	dir, err := os.MkdirTemp("", "swiftdialog-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "Dialog")
	if out, err := exec.Command("go", "build", "-o", binary, "fleetmigrate/testdata/swiftdialog/cmd/Dialog").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("building the stand-in: %v\n%s", err, out))
	}
	return run()
}

func drive(path string) {
	d, err := swiftdialog.New(swiftdialog.Config{Path: path}).Show(context.Background(), options())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	d.Wait()
	os.Exit(0)
}

func options() swiftdialog.Options {
	return swiftdialog.Options{Title: "Migrate", Message: "## Move to Fleet\nIt takes *minutes*.", Button1: "Start", Button2: "Later",
		InfoButton: "Help", HoldQuit: true, OnTop: true}
}

// box is an installed stand-in and what it wrote.
type box struct {
	t       *testing.T
	path    string
	control standin.Control
}

func newBox(t *testing.T, profile string, ends ...standin.End) *box {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir()) // so that leftovers are seen
	dir := t.TempDir()
	b := &box{t: t, control: standin.Control{Profile: profile, Ends: ends, Dir: filepath.Join(dir, "windows")}}
	var err error
	b.path, err = standin.Install(dir, binary, b.control)
	require.NoError(t, err)
	return b
}

func (b *box) set(change func(*standin.Control)) {
	b.t.Helper()
	change(&b.control)
	require.NoError(b.t, standin.SetControl(b.path, b.control))
}

func (b *box) show(o swiftdialog.Options, change ...func(*swiftdialog.Config)) *swiftdialog.Dialog {
	b.t.Helper()
	cfg := swiftdialog.Config{Path: b.path, StartWithin: eventually, QuitGrace: eventually}
	for _, c := range change {
		c(&cfg)
	}
	d, err := swiftdialog.New(cfg).Show(b.t.Context(), o)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { d.Stop(); d.Wait() })
	return d
}

const (
	eventually = time.Minute // on a machine that works at all it is far less
	look       = 5 * time.Millisecond
)

// await waits until the newest window has written what is asked for.
func (b *box) await(ok func(standin.Transcript) bool) standin.Transcript {
	b.t.Helper()
	var last standin.Transcript
	require.Eventually(b.t, func() bool {
		all, _ := standin.Transcripts(b.control.Dir)
		if len(all) == 0 {
			return false
		}
		last = all[len(all)-1]
		return ok(last)
	}, eventually, look)
	return last
}

func opened(standin.Transcript) bool { return true }

func (b *box) transcript() standin.Transcript {
	b.t.Helper()
	all, err := standin.Transcripts(b.control.Dir)
	require.NoError(b.t, err)
	require.NotEmpty(b.t, all)
	return all[len(all)-1]
}

// leftovers are what windows left in the temporary folder.
func leftovers(t *testing.T) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	require.NoError(t, err)
	return left
}
