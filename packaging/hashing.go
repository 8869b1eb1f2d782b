package packaging

import (
	"bytes"
	"errors"
	"hash"
	"io"
	"os"
)

// hashing writes to a file and hashes the very same bytes on another core:
// for a package out of the cache each of the two takes about half the time.
type hashing struct {
	file    *os.File
	written int64
	filled  chan []byte // to the one who hashes, and
	emptied chan []byte // back
	sum     chan []byte
}

// hashChunk stays in a core's own cache between reading, writing and hashing;
// hashAhead chunks may wait to be hashed.
const (
	hashChunk = 256 << 10
	hashAhead = 16
)

// newHashing starts to hash; finish must be called.
func newHashing(file *os.File, sum hash.Hash) *hashing {
	h := &hashing{file: file, filled: make(chan []byte, hashAhead), emptied: make(chan []byte, hashAhead), sum: make(chan []byte)}
	for range hashAhead {
		h.emptied <- make([]byte, hashChunk)
	}
	go func() {
		for chunk := range h.filled {
			_, _ = sum.Write(chunk) // a hash takes everything
			h.emptied <- chunk[:hashChunk]
		}
		h.sum <- sum.Sum(nil)
	}()
	return h
}

// Write writes what is in memory.
func (h *hashing) Write(p []byte) (int, error) {
	n, err := h.ReadFrom(bytes.NewReader(p))
	return int(n), err
}

// ReadFrom writes all that r has, without another copy of it.
func (h *hashing) ReadFrom(r io.Reader) (total int64, err error) {
	for {
		chunk := <-h.emptied
		n, err := io.ReadFull(r, chunk)
		h.filled <- chunk[:n]
		written, werr := h.file.Write(chunk[:n])
		total += int64(written)
		if werr != nil {
			return total, werr
		}
		startWriting(h.file, h.written, int64(n))
		h.written += int64(n)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return total, nil
		case err != nil:
			return total, err
		}
	}
}

// finish gives the hash of all that was written.
func (h *hashing) finish() []byte {
	close(h.filled)
	return <-h.sum
}
