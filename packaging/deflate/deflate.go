// Package deflate writes one gzip member on all cores, with the same bytes for
// any number of them.
//
// The stream is cut into blocks of 1 MiB. Each is deflated by itself, primed
// with the 32 KiB before it, and ends on a byte boundary (a sync flush), so
// that blocks joined in order are one plain RFC 1951 stream. What a block
// becomes depends on it, on those 32 KiB and on the version of the deflater
// alone. Within a block a new Huffman table begins every 32 KiB: programs
// change character that often, and it makes them 0.4 % smaller.
//
// The deflater is klauspost's at level 7. Its level 6 is a third faster, but
// its output was 4 % larger than gzip's for Go programs; so is that of
// klauspost/pgzip, which otherwise does the same.
package deflate

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
)

const (
	blockSize  = 1 << 20
	windowSize = 32 << 10
	tableEvery = 32 << 10
	level      = 7
	maxWorkers = 8 // more would only hold more memory: each has a block and a deflater
)

// header is the one Apple's writer makes: no name, no time, no level, Unix.
const header = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"

// Writer is an io.WriteCloser. One goroutine may use it.
type Writer struct {
	crc     uint32
	size    uint32 // modulo 2^32, as the format has it
	current *block
	jobs    chan *block
	order   chan *block
	free    chan *block
	workers sync.WaitGroup
	failed  atomic.Bool
	result  chan error
	out     io.Writer
}

// block is a piece of the stream on its way from Write to a worker and on to
// the collector; ready says that packed is there.
type block struct {
	raw, window []byte
	last        bool
	packed      buffer
	ready       chan struct{}
}

// take adds to the block. A stream that fills its first block will fill others,
// so that more than a little is worth a whole block's room at once.
func (b *block) take(p []byte) {
	if len(b.raw)+len(p) > cap(b.raw) && len(b.raw)+len(p) > windowSize {
		b.raw = append(make([]byte, 0, blockSize), b.raw...)
	}
	b.raw = append(b.raw, p...)
}

type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// NewWriter starts a gzip member on out. Close must be called, which also ends
// the goroutines.
func NewWriter(out io.Writer) *Writer {
	n := min(runtime.GOMAXPROCS(0), maxWorkers)
	w := &Writer{
		out: out, jobs: make(chan *block), order: make(chan *block, n),
		free: make(chan *block, n+2), result: make(chan error, 1),
	}
	for range n + 2 {
		w.free <- &block{}
	}
	for range n {
		w.workers.Go(w.work)
	}
	go func() { w.result <- w.collect() }()
	w.current = <-w.free
	return w
}

// Write takes bytes in. An error of the stream below may show only later, at
// the latest at Close.
func (w *Writer) Write(p []byte) (int, error) {
	if w.failed.Load() {
		return 0, io.ErrClosedPipe // Close has the cause
	}
	w.crc = crc32.Update(w.crc, crc32.IEEETable, p)
	w.size += uint32(len(p))
	for rest := p; len(rest) > 0; {
		n := min(len(rest), blockSize-len(w.current.raw))
		w.current.take(rest[:n])
		rest = rest[n:]
		if len(w.current.raw) == blockSize {
			w.dispatch(false)
		}
	}
	return len(p), nil
}

// dispatch hands the current block to the workers and takes a fresh one, which
// remembers the end of this one as its window.
func (w *Writer) dispatch(last bool) {
	b := w.current
	b.last, b.ready = last, make(chan struct{})
	if !last {
		w.current = <-w.free
		w.current.raw = w.current.raw[:0]
		w.current.window = append(w.current.window[:0], b.raw[len(b.raw)-windowSize:]...)
	}
	w.order <- b
	w.jobs <- b
}

// Close ends the member and waits until everything is written. It returns the
// first error of the stream below.
func (w *Writer) Close() error {
	w.dispatch(true)
	close(w.jobs)
	close(w.order)
	w.workers.Wait()
	if err := <-w.result; err != nil {
		return err
	}
	trailer := binary.LittleEndian.AppendUint32(nil, w.crc)
	_, err := w.out.Write(binary.LittleEndian.AppendUint32(trailer, w.size))
	return err
}

func (w *Writer) work() {
	var deflater *flate.Writer // made when there is work: it holds a megabyte
	for b := range w.jobs {
		if deflater == nil {
			deflater, _ = flate.NewWriterDict(nil, level, nil) // fails for a wrong level only
		}
		b.packed = b.packed[:0]
		deflater.ResetDict(&b.packed, b.window)
		for at := 0; at < len(b.raw); at += tableEvery {
			// A buffer in memory takes everything.
			_, _ = deflater.Write(b.raw[at:min(at+tableEvery, len(b.raw))])
			_ = deflater.Flush()
		}
		if b.last {
			_ = deflater.Close()
		}
		close(b.ready)
	}
}

// collect writes the blocks in order. After an error it only keeps the others
// from waiting.
func (w *Writer) collect() error {
	_, err := io.WriteString(w.out, header)
	for b := range w.order {
		<-b.ready
		if err == nil {
			_, err = w.out.Write(b.packed)
		}
		if err != nil {
			w.failed.Store(true)
		}
		w.free <- b
	}
	return err
}
