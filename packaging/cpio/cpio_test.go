package cpio_test

import (
	"bytes"
	"io/fs"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/cpio"
)

var epoch = time.Unix(1_700_000_000, 0)

func write(t *testing.T, w *cpio.Writer, h cpio.Header, body string) {
	t.Helper()
	require.NoError(t, w.WriteHeader(h))
	_, err := w.Write([]byte(body))
	require.NoError(t, err)
}

// The first two records are laid out as in a package that Apple's tools made.
func TestBytes(t *testing.T) {
	var out bytes.Buffer
	w := cpio.NewWriter(&out, epoch)
	write(t, w, cpio.Header{Path: ".", Mode: fs.ModeDir | 0o755, Links: 3}, "")
	write(t, w, cpio.Header{Path: "a/ü", Mode: 0o600, Size: 2}, "hi")
	write(t, w, cpio.Header{Path: "l", Mode: fs.ModeSymlink | 0o777, Link: "a/ü"}, "")
	require.NoError(t, w.Close())
	require.Zero(t, out.Len()%512)
	text := out.String()
	require.True(t, strings.HasPrefix(text,
		"070707"+"000000"+"000000"+"040755"+"000000"+"000000"+"000003"+"000000"+"14524770400"+"000002"+"00000000000"+".\x00"+
			"070707"+"000000"+"000001"+"100600"+"000000"+"000000"+"000001"+"000000"+"14524770400"+"000007"+"00000000002"+"./a/ü\x00"+"hi"+
			"070707"+"000000"+"000002"+"120755"+"000000"+"000000"+"000001"+"000000"+"14524770400"+"000004"+"00000000004"+"./l\x00"+"a/ü"+
			"070707"+"000000"+"000003"+"000000"+"000000"+"000000"+"000001"+"000000"+"00000000000"+"000013"+"00000000000"+"TRAILER!!!\x00\x00"), "%q", text)
}

func TestReadByCpio(t *testing.T) {
	var out bytes.Buffer
	w := cpio.NewWriter(&out, epoch)
	write(t, w, cpio.Header{Path: ".", Mode: fs.ModeDir | 0o755, Links: 2}, "")
	write(t, w, cpio.Header{Path: "f", Mode: 0o644, Size: 5}, "hello")
	require.NoError(t, w.Close())
	cmd := exec.Command("cpio", "-itv", "--quiet", "--numeric-uid-gid")
	cmd.Stdin = &out
	listing, err := cmd.CombinedOutput()
	require.NoError(t, err, string(listing))
	require.Contains(t, string(listing), "drwxr-xr-x   2 0        0 ")
	require.Contains(t, string(listing), " ./f")
}

func TestRefuses(t *testing.T) {
	file := cpio.Header{Path: "f", Mode: 0o644, Size: 3}
	for name, c := range map[string]struct {
		do   func(*cpio.Writer) error
		says string
	}{
		"a file that shrank": {func(w *cpio.Writer) error { _ = w.WriteHeader(file); return w.Close() }, "3 bytes shorter while it was read"},
		"a file that grew": {func(w *cpio.Writer) error {
			_ = w.WriteHeader(file)
			_, err := w.Write([]byte("four"))
			return err
		}, "it grew while it was read"},
		"the next while one is not complete": {func(w *cpio.Writer) error { _ = w.WriteHeader(file); return w.WriteHeader(file) }, "shorter"},
		"8 GiB":                              {func(w *cpio.Writer) error { return w.WriteHeader(cpio.Header{Path: "f", Size: 8 << 30}) }, "ends at 8 GiB"},
		"negative size":                      {func(w *cpio.Writer) error { return w.WriteHeader(cpio.Header{Path: "f", Size: -1}) }, "do not fit"},
		"a device":                           {func(w *cpio.Writer) error { return w.WriteHeader(cpio.Header{Path: "f", Mode: fs.ModeDevice}) }, "cannot be packed"},
		"a NUL":                              {func(w *cpio.Writer) error { return w.WriteHeader(cpio.Header{Path: "f\x00g"}) }, "no name"},
		"an inode of seven digits": {func(w *cpio.Writer) error {
			for range 1 << 18 {
				if err := w.WriteHeader(cpio.Header{Path: "f"}); err != nil {
					return err
				}
			}
			return w.Close()
		}, "an archive holds 262143 members at most"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, c.do(cpio.NewWriter(&bytes.Buffer{}, epoch)), c.says)
		})
	}
	require.ErrorContains(t, cpio.NewWriter(&bytes.Buffer{}, time.Unix(-1, 0)).WriteHeader(file), "before 1970")
	require.ErrorContains(t, cpio.NewWriter(&bytes.Buffer{}, time.Unix(1<<33, 0)).WriteHeader(file), "after 2242")
}
