package verify

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// The lengths of a Bom's record: 23 bytes up to the size, 4 for the checksum,
// 4 for the length of a link's target, then a tail by type. Tools of 2011 wrote
// 8 bytes less.
const (
	recordVersion = 1
	recordOne     = 22
	recordSize    = 23
	recordSum     = 27
	recordLink    = 31
	recordFile    = 35
	archTrailer   = 5
	archEntry     = 16
	recordPadded  = 8
)

// kindModes are the mode's type bits that go with a record's type.
var kindModes = map[byte]uint32{bomFile: modeRegular, bomDir: modeDir, bomLink: modeLink}

func parseRecord(s *scope, name string, raw []byte) (*bomRecord, error) {
	if len(raw) < recordSize {
		return nil, fmt.Errorf("a record of %d bytes", len(raw))
	}
	r := &bomRecord{
		kind: raw[0], mode: uint32(binary.BigEndian.Uint16(raw[4:])),
		uid: binary.BigEndian.Uint32(raw[6:]), gid: binary.BigEndian.Uint32(raw[10:]),
		mtime: binary.BigEndian.Uint32(raw[14:]), size: uint64(binary.BigEndian.Uint32(raw[18:])),
	}
	if len(raw) >= recordSum {
		r.cksum = binary.BigEndian.Uint32(raw[recordSize:])
	}
	// Mode 0 stands for a root that the package does not install.
	if want, known := kindModes[r.kind]; known && r.mode != 0 && r.mode&modeType != want {
		return nil, fmt.Errorf("type %d with mode %o", r.kind, r.mode)
	}
	if raw[recordVersion] != 1 || raw[recordOne] != 1 || !zeros(raw, r.kind) {
		s.note("the record of %q has something in fields that Apple's tools leave alone", name)
	}
	return r, r.checkTail(s, name, raw)
}

// zeros tells whether a file's or a folder's record of today's length ends in
// them.
func zeros(raw []byte, kind byte) bool {
	if (kind == bomFile && len(raw) == recordFile) || (kind == bomDir && len(raw) == recordLink) {
		return len(bytes.Trim(raw[recordSum:], "\x00")) == 0
	}
	return true
}

// checkTail holds the record's length against its type.
func (r *bomRecord) checkTail(s *scope, name string, raw []byte) error {
	switch r.kind {
	case bomDir:
		if len(raw) != recordLink && len(raw) != recordSize {
			return fmt.Errorf("a folder's record of %d bytes instead of %d", len(raw), recordLink)
		}
	case bomFile:
		return checkFileTail(s, name, raw)
	case bomLink:
		return r.readLink(raw)
	case bomDevice:
	default:
		return fmt.Errorf("a record of type %d", r.kind)
	}
	return nil
}

func checkFileTail(s *scope, name string, raw []byte) error {
	switch {
	case len(raw) == recordFile, len(raw) == recordSum: // now, and in 2011
		return nil
	case len(raw) == recordLink:
		s.warn("the record of %q has 31 bytes instead of 35, as bomutils writes them", name)
		return nil
	case isArchTail(raw[min(recordLink, len(raw)):]), isArchTail(raw[min(recordFile, len(raw)):]):
		return nil
	}
	return fmt.Errorf("a file's record of %d bytes instead of %d", len(raw), recordFile)
}

// isArchTail recognizes the list of architectures behind a Mach-O's record.
func isArchTail(tail []byte) bool {
	if len(tail) < archTrailer || tail[0] != 1 {
		return false
	}
	n := uint64(binary.BigEndian.Uint32(tail[1:]))
	size := uint64(len(tail))
	return size == archTrailer+archEntry*n || size == archTrailer+archEntry*n+recordPadded
}

func (r *bomRecord) readLink(raw []byte) error {
	if len(raw) < recordLink {
		return fmt.Errorf("a link's record of %d bytes", len(raw))
	}
	n := uint64(binary.BigEndian.Uint32(raw[recordSum:]))
	size := uint64(len(raw))
	if n < 2 || (size != recordLink+n+recordPadded && size != recordLink+n) || raw[recordLink+n-1] != 0 {
		return fmt.Errorf("a link's record of %d bytes with a target of %d", size, n)
	}
	r.link = string(raw[recordLink : recordLink+n-1])
	return nil
}
