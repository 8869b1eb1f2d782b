package verify

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

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
		m.name = rest
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
