package packaging

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// What is hashed is what was written, however many chunks that is and however
// they come.
func TestHashingIsOfTheFile(t *testing.T) {
	for _, size := range []int{0, 1, hashChunk - 1, hashChunk, hashChunk + 1, 3*hashAhead*hashChunk + 7} {
		body := bytes.Repeat([]byte("0123456789abcde"), size/15+1)[:size]
		file, err := os.Create(filepath.Join(t.TempDir(), "out"))
		require.NoError(t, err)
		h := newHashing(file, sha256.New())
		_, err = h.Write([]byte("head"))
		require.NoError(t, err)
		n, err := io.Copy(h, iotest.HalfReader(bytes.NewReader(body)))
		require.NoError(t, err)
		require.Equal(t, int64(size), n)
		require.Equal(t, int64(size+4), h.written)
		sum := h.finish()
		require.NoError(t, file.Close())
		raw, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		require.True(t, bytes.Equal(append([]byte("head"), body...), raw))
		want := sha256.Sum256(raw)
		require.Equal(t, want[:], sum)
	}
}

func TestHashingPassesFaultsOn(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	h := newHashing(file, sha256.New())
	fault := errors.New("fault")
	_, err = io.Copy(h, iotest.ErrReader(fault))
	require.ErrorIs(t, err, fault)
	require.NoError(t, file.Close())
	_, err = h.Write([]byte("more"))
	require.ErrorIs(t, err, os.ErrClosed)
	h.finish()
}
