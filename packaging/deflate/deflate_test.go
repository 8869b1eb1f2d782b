package deflate_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/packaging/deflate"
)

func pack(t require.TestingT, raw []byte, piece int) []byte {
	var out bytes.Buffer
	w := deflate.NewWriter(&out)
	for at := 0; at < len(raw); at += piece {
		_, err := w.Write(raw[at:min(at+piece, len(raw))])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// sample is compressible and not uniform, like a program.
func sample(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	out := make([]byte, n)
	for i := range out {
		if out[i] = byte(random.IntN(20)); i > 5000 && random.IntN(4) > 0 {
			out[i] = out[i-random.IntN(5)-1000]
		}
	}
	return out
}

// long is a sample at either end of zeros, which take little time.
func long(n int) []byte {
	end := sample(min(n, 50_000))
	out := make([]byte, n)
	copy(out, end)
	copy(out[n-len(end):], end)
	return out
}

// Installer takes one gzip member and reports "bad file format" on a second.
func TestOneMemberThatGzipReads(t *testing.T) {
	for _, n := range []int{0, 1, 32 << 10, 1<<20 - 1, 1 << 20, 1<<20 + 777} {
		raw := long(n)
		packed := pack(t, raw, 100_000)
		require.Equal(t, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", string(packed[:10]), "the header of Apple's writer")
		r, err := gzip.NewReader(bytes.NewReader(packed))
		require.NoError(t, err)
		r.Multistream(false)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		require.True(t, bytes.Equal(raw, got), "%d bytes", n)
		cmd := exec.Command("gzip", "-t")
		cmd.Stdin = bytes.NewReader(packed)
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, string(said))
	}
}

func TestBytesDoNotDependOnCoresOrPieces(t *testing.T) {
	raw := long(2<<20 + 333)
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var want []byte
	for _, cores := range []int{1, 2, 64} {
		runtime.GOMAXPROCS(cores)
		for _, piece := range []int{4096 + cores, len(raw)} {
			got := pack(t, raw, piece)
			if want == nil {
				want = got
			}
			require.True(t, bytes.Equal(want, got), "%d cores, pieces of %d", cores, piece)
		}
	}
}

func TestAnythingComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "raw"), rapid.IntRange(0, 300).Draw(t, "times"))
		r, err := gzip.NewReader(bytes.NewReader(pack(t, raw, rapid.IntRange(1, 1<<21).Draw(t, "piece")+1000)))
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		require.True(t, bytes.Equal(raw, got))
	})
}

// brokenDisk takes some bytes and then no more.
type brokenDisk struct{ left int }

var errBroken = errors.New("the disk is full")

func (b *brokenDisk) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestAFaultBelowIsToldAtClose(t *testing.T) {
	raw := long(3 << 20)
	for _, room := range []int{0, 5, 1000, len(pack(t, raw, len(raw))) - 1000} {
		w := deflate.NewWriter(&brokenDisk{room})
		_, _ = io.Copy(w, bytes.NewReader(raw))
		require.ErrorIs(t, w.Close(), errBroken, "%d bytes of room", room)
	}
	packed := pack(t, raw[:1000], 1000)
	w := deflate.NewWriter(&brokenDisk{len(packed) - 1})
	_, err := w.Write(raw[:1000])
	require.NoError(t, err)
	require.ErrorIs(t, w.Close(), errBroken, "in the trailer")
}

func BenchmarkWriter(b *testing.B) {
	raw := sample(8 << 20)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		w := deflate.NewWriter(io.Discard)
		_, _ = w.Write(raw)
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
