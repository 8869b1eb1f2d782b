package bom

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
)

// Types of a record, the architecture word of a file that is no program (what
// is written for all, since nothing reads it), and the lengths of records.
const (
	typeFile = 1
	typeDir  = 2
	typeLink = 3
	anyArch  = 0x000f
	baseLen  = 31 // up to and including the length of a link's target
)

// record describes one node: 31 bytes of a folder; 35 of a file, of which
// bomutils leaves out the last four and lsbom then complains; a link's target,
// a NUL and eight zeros more.
func (n node) record(mtime uint32, children int) ([]byte, error) {
	kind, mode, size, cksum, err := n.describe(children)
	if err != nil {
		return nil, err
	}
	out := []byte{kind, 1}
	out = binary.BigEndian.AppendUint16(out, anyArch)
	out = binary.BigEndian.AppendUint16(out, mode)
	const uid, gid = 0, 0
	for _, v := range []uint32{uid, gid, mtime, size} {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	out = append(out, 1)
	out = binary.BigEndian.AppendUint32(out, cksum)
	switch kind {
	case typeLink:
		out = binary.BigEndian.AppendUint32(out, uint32(len(n.Link)+1))
		out = append(append(out, n.Link...), 0)
		return append(out, make([]byte, 8)...), nil
	case typeFile:
		return append(out, make([]byte, baseLen+4-len(out))...), nil
	}
	return append(out, make([]byte, baseLen-len(out))...), nil
}

func (n node) describe(children int) (kind byte, mode uint16, size, cksum uint32, err error) {
	if n.Size < 0 || n.Size > math.MaxUint32 {
		return 0, 0, 0, 0, fmt.Errorf("%s has %d bytes; 4 GiB is the most", n.Path, n.Size)
	}
	switch n.Mode.Type() {
	case 0:
		return typeFile, 0o100000 | uint16(n.Mode.Perm()), uint32(n.Size), n.Cksum, nil
	case fs.ModeDir:
		// The size is what APFS shows for a folder; nothing depends on it.
		return typeDir, 0o040000 | uint16(n.Mode.Perm()), uint32(32 * (children + 2)), 0, nil
	case fs.ModeSymlink:
		var sum Sum
		_, _ = sum.Write([]byte(n.Link))
		return typeLink, 0o120755, uint32(len(n.Link)), sum.Sum32(), nil
	}
	return 0, 0, 0, 0, fmt.Errorf("%s is neither file, folder nor link", n.Path)
}
