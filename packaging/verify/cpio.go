package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// cpioReader reads an odc archive and holds it to what macOS's own reader
// relies on.
type cpioReader struct {
	s      *scope
	r      *countingReader
	seen   map[string]uint64 // type by name
	folded map[string]string
	names  nameBudget
	plain  bool // a name without the leading ./ was told
	files  int
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// readCpio visits every member and returns how many there were, and whether it
// came to the archive's end. Faults go to s; a fault of the stream below is
// left to its own layer.
func readCpio(s *scope, r io.Reader, visit func(*odcMember)) (members int, whole bool) {
	c := &cpioReader{s: s, r: &countingReader{r: r}, seen: map[string]uint64{}, folded: map[string]string{}}
	for {
		m, err := c.next()
		if err != nil {
			c.stop(err)
			return c.files, false
		}
		if m.raw == trailerName {
			c.end(m)
			return c.files, true
		}
		c.files++
		body := &io.LimitedReader{R: c.r, N: int64(m.size)}
		m.body = body
		visit(m)
		if _, err := io.Copy(io.Discard, body); err != nil {
			c.stop(err)
			return c.files, false
		}
		if body.N > 0 {
			s.fail("%s ends %d bytes early", m.raw, body.N)
			return c.files, false
		}
	}
}

func (c *cpioReader) stop(err error) {
	c.s.failed = true
	if !errors.Is(err, errBelow) {
		c.s.fail("%v", err)
	}
}

func (c *cpioReader) next() (*odcMember, error) {
	at := c.r.n
	var raw [odcLength]byte
	if _, err := io.ReadFull(c.r, raw[:]); err != nil {
		return nil, cut(err, "ends at byte %d without a trailer", at)
	}
	m, err := parseODC(raw[:])
	if err != nil {
		return nil, fmt.Errorf("header at byte %d: %w", at, err)
	}
	name := make([]byte, m.nameSize)
	if _, err := io.ReadFull(c.r, name); err != nil {
		return nil, cut(err, "ends inside a name at byte %d", at)
	}
	if bytes.IndexByte(name, 0) != len(name)-1 {
		return nil, fmt.Errorf("header at byte %d: the name %q does not end in its only NUL", at, name)
	}
	m.raw = string(name[:len(name)-1])
	if m.raw == trailerName {
		return m, nil
	}
	if err := c.check(m); err != nil {
		return nil, err
	}
	return m, c.names.take(m.name + m.link)
}

func cut(err error, format string, args ...any) error {
	if errors.Is(err, errBelow) {
		return err
	}
	return fmt.Errorf(format, args...)
}

// end checks the trailer and that only padding follows it.
func (c *cpioReader) end(m *odcMember) {
	if m.size != 0 {
		c.s.fail("the trailer has %d bytes of data", m.size)
		return
	}
	buffer := make([]byte, 4096)
	for {
		n, err := c.r.Read(buffer)
		if at := bytes.IndexFunc(buffer[:n], func(r rune) bool { return r != 0 }); at >= 0 {
			c.s.fail("data follows the trailer at byte %d", c.r.n-int64(n)+int64(at))
			return
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			c.stop(err)
			return
		}
	}
	if c.r.n%512 != 0 {
		c.s.note("not padded to a multiple of 512 bytes")
	}
	c.s.ok("%d members, parents first, trailer in place", c.files)
}
