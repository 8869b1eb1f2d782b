package verify

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// unreadable are the beginnings of payloads that cannot be looked into here,
// with their names.
var unreadable = []struct{ magic, name string }{
	{"pbzx", "pbzx"}, {"\xfd7zXZ\x00", "xz"}, {"BZh", "bzip2"}, {"AA01", "Apple Archive"}, {"yaa1", "Apple Archive"},
}

// gunzip unpacks a Payload or Scripts archive, hands the stream to inside, and
// checks that one gzip member, and nothing else, fills the bytes. A Payload in
// a form that is not read here gives a warning and is not handed on.
func gunzip(s *scope, r io.Reader, inside func(io.Reader)) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	head, err := buffered.Peek(10)
	if err != nil {
		s.fail("%d bytes are no archive (%v)", len(head), err)
		return
	}
	for _, form := range unreadable {
		if bytes.HasPrefix(head, []byte(form.magic)) {
			s.warn("is %s, which is not unpacked here: only its digests were checked; it needs macOS 12 or newer", form.name)
			return
		}
	}
	if bytes.HasPrefix(head, []byte("07070")) {
		s.note("is not compressed")
		inside(buffered)
		return
	}
	checkGzipHeader(s, head)
	stream, err := gzip.NewReader(buffered)
	if err != nil {
		s.fail("not a gzip stream: %v", err)
		return
	}
	stream.Multistream(false)
	watched := &watchedReader{r: stream}
	inside(watched)
	closeGzip(s, watched, buffered)
}

// checkGzipHeader tells a header with a name or a time, which a reproducible
// package has not.
func checkGzipHeader(s *scope, head []byte) {
	const reserved = 0xe0
	switch flags := head[3]; {
	case flags&reserved != 0:
		s.fail("sets the reserved flags %#x", flags&reserved)
	case flags != 0:
		s.note("its header carries extra fields (flags %#x)", flags)
	}
	if !bytes.Equal(head[4:8], make([]byte, 4)) {
		s.note("its header carries a time")
	}
}

func closeGzip(s *scope, stream *watchedReader, after *bufio.Reader) {
	if _, err := io.Copy(io.Discard, stream); err != nil && stream.err == nil {
		stream.err = err
	}
	if stream.err != nil {
		s.fail("broken after %d unpacked bytes: %v", stream.n, stream.err)
		return
	}
	next, _ := after.Peek(2)
	if len(next) == 0 {
		s.ok("one member, %d bytes unpacked", stream.n)
		return
	}
	what := "bytes follow"
	if bytes.Equal(next, []byte{0x1f, 0x8b}) {
		what = "a second gzip member follows"
	}
	s.fail("%s the first member's end; Installer reads only one", what)
}

// watchedReader remembers where and why reading went wrong, so that a broken
// stream is reported by the layer it belongs to, once.
type watchedReader struct {
	r   io.Reader
	n   int64
	err error
}

// errBelow stands in, for the layers above, for a fault already noted.
var errBelow = fmt.Errorf("the stream below is broken")

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.n += int64(n)
	if err != nil && err != io.EOF {
		w.err = err
		return n, errBelow
	}
	return n, err
}
