package verify

import (
	"fmt"
	"io"
)

// Modes as POSIX has them, which is how cpio and Bom write them.
const (
	modeType    = 0o170000
	modeDir     = 0o040000
	modeRegular = 0o100000
	modeLink    = 0o120000
)

const (
	odcMagic  = "070707"
	odcLength = 76
	// trailerName is the name of the member that ends the archive.
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
