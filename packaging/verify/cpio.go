package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Modes as POSIX has them, which is how cpio and Bom write them.
const (
	modeType    = 0o170000
	modeDir     = 0o040000
	modeRegular = 0o100000
	modeLink    = 0o120000
)

const (
	odcMagic   = "070707"
	odcLength  = 76
	maxPath    = 4096
	maxMembers = 2_000_000
	// headerMember and its name are written as the archive's end.
	trailerName = "TRAILER!!!"
)

// odcMember is one record of a portable ("odc") cpio archive.
type odcMember struct {
	dev, ino, mode, uid, gid, nlink, rdev uint64
	mtime                                 uint64
	nameSize, size                        uint64
	raw                                   string // the name as written
	name                                  string // "." or a/b
	link                                  string
	body                                  io.Reader
}

func (m *odcMember) kind() uint64 { return m.mode & modeType }

// cpioReader reads an odc archive and holds it to what macOS's own reader
// relies on.
type cpioReader struct {
	s      *scope
	r      *countingReader
	seen   map[string]uint64 // type by name
	folded map[string]string
	dotted bool // names begin with ./, as Apple writes them
	plain  bool
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

// readCpio visits every member and returns how many there were. Faults go to s;
// a fault of the stream below is left to its own layer.
func readCpio(s *scope, r io.Reader, visit func(*odcMember)) int {
	c := &cpioReader{s: s, r: &countingReader{r: r}, seen: map[string]uint64{}, folded: map[string]string{}}
	for {
		m, err := c.next()
		if err != nil {
			c.stop(err)
			return c.files
		}
		if m.raw == trailerName {
			c.end(m)
			return c.files
		}
		if c.files++; c.files > maxMembers {
			s.fail("more than %d members", maxMembers)
			return c.files
		}
		body := &io.LimitedReader{R: c.r, N: int64(m.size)}
		m.body = body
		visit(m)
		if _, err := io.Copy(io.Discard, body); err != nil {
			c.stop(err)
			return c.files
		}
		if body.N > 0 {
			s.fail("%s ends %d bytes early", m.raw, body.N)
			return c.files
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
	return m, c.check(m)
}

func cut(err error, format string, args ...any) error {
	if errors.Is(err, errBelow) {
		return err
	}
	return fmt.Errorf(format, args...)
}

func parseODC(raw []byte) (*odcMember, error) {
	if magic := string(raw[:6]); magic != odcMagic {
		if magic == "070701" || magic == "070702" {
			return nil, fmt.Errorf("magic %s is the newc format; macOS reads packages in odc (%s)", magic, odcMagic)
		}
		return nil, fmt.Errorf("magic %q instead of %s", magic, odcMagic)
	}
	m := &odcMember{}
	at := 6
	for _, field := range []struct {
		name  string
		width int
		to    *uint64
	}{
		{"dev", 6, &m.dev}, {"ino", 6, &m.ino}, {"mode", 6, &m.mode}, {"uid", 6, &m.uid}, {"gid", 6, &m.gid},
		{"nlink", 6, &m.nlink}, {"rdev", 6, &m.rdev}, {"mtime", 11, &m.mtime}, {"namesize", 6, &m.nameSize}, {"filesize", 11, &m.size},
	} {
		text := raw[at : at+field.width]
		at += field.width
		for _, digit := range text {
			// A value too wide for its field shows up as anything but octal.
			if digit < '0' || digit > '7' {
				return nil, fmt.Errorf("%s %q is not octal", field.name, text)
			}
			*field.to = *field.to<<3 | uint64(digit-'0')
		}
	}
	if m.nameSize < 2 || m.nameSize > maxPath {
		return nil, fmt.Errorf("a name of %d bytes", m.nameSize)
	}
	return m, nil
}

// check holds one member against the ones before it.
func (c *cpioReader) check(m *odcMember) error {
	if err := c.checkName(m); err != nil {
		return err
	}
	switch m.kind() {
	case modeDir:
		if m.size != 0 {
			return fmt.Errorf("the folder %s has %d bytes of data", m.raw, m.size)
		}
	case modeLink:
		if m.size == 0 || m.size > maxPath {
			return fmt.Errorf("the link %s has a target of %d bytes", m.raw, m.size)
		}
		target := make([]byte, m.size)
		if _, err := io.ReadFull(c.r, target); err != nil {
			return cut(err, "ends inside the link %s", m.raw)
		}
		if bytes.IndexByte(target, 0) >= 0 {
			return fmt.Errorf("the target of the link %s holds a NUL", m.raw)
		}
		m.link, m.size = string(target), 0
	case modeRegular:
	default:
		c.s.warn("%s is neither file, folder nor link (mode %o)", m.raw, m.mode)
	}
	return nil
}

func (c *cpioReader) checkName(m *odcMember) error {
	m.name = m.raw
	if m.raw == "." {
		if c.files > 0 {
			c.s.fail("the root is not the first member")
		}
	} else if rest, ok := strings.CutPrefix(m.raw, "./"); ok {
		m.name, c.dotted = rest, true
	} else if !c.plain {
		c.plain = true
		c.s.warn("names lack the leading ./, as GNU cpio leaves them (%s)", m.raw)
	}
	for part := range strings.SplitSeq(m.name, "/") {
		if part == "" || part == ".." || (part == "." && m.name != ".") {
			return fmt.Errorf("the name %q could lead out of the package", m.raw)
		}
	}
	if _, twice := c.seen[m.name]; twice {
		c.s.fail("%s is in it twice", m.raw)
	}
	c.checkParent(m)
	if folded := strings.ToLower(m.name); c.folded[folded] != "" && c.folded[folded] != m.name {
		c.s.warn("%s and %s are one and the same on a Mac's usual disk", c.folded[folded], m.name)
	} else {
		c.folded[folded] = m.name
	}
	c.seen[m.name] = m.kind()
	return nil
}

func (c *cpioReader) checkParent(m *odcMember) {
	slash := strings.LastIndexByte(m.name, '/')
	if slash < 0 {
		return
	}
	kind, seen := c.seen[m.name[:slash]]
	switch {
	case !seen:
		c.s.fail("%s comes before its folder", m.raw)
	case kind != modeDir:
		c.s.fail("%s lies below something that is not a folder", m.raw)
	}
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
