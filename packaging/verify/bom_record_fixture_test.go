package verify_test

import (
	"cmp"
	"encoding/binary"
	"path"
	"slices"
	"strings"
)

func (s bomStyle) record(n node) []byte {
	kind := map[int]byte{0o100000: 1, 0o040000: 2, 0o120000: 3, 0: 2}[n.mode&0o170000]
	sum, size := bytewise([]byte(n.body)), len(n.body)
	if s.ieee {
		sum++
	}
	if kind == 2 {
		sum, size = 0, 96
	}
	out := []byte{kind, 1, 0, 15}
	if n.arch {
		out[2] = 0x20
	}
	out = binary.BigEndian.AppendUint16(out, uint16(n.mode))
	out = append(out, u32(uint32(n.uid), uint32(n.gid), mtime, uint32(size))...)
	out = append(out, 1)
	out = append(out, u32(sum)...)
	switch {
	case kind == 3:
		out = slices.Concat(out, u32(uint32(len(n.body)+1)), []byte(n.body), make([]byte, 1+8))
	case n.arch:
		out = slices.Concat(out, u32(0), []byte{1}, u32(2, x86, 3, 100, 1, arm, 0, 100, 2), make([]byte, 8))
	case kind == 1 && !s.bomutils:
		out = append(out, make([]byte, 8)...)
	default:
		out = append(out, u32(0)...)
	}
	if s.old {
		out = out[:len(out)-8]
	}
	return out
}

type bomEntry struct {
	id, parent uint32
	node
}

// numbered gives ids breadth first and sorts by parent, then name.
func numbered(nodes []node) []bomEntry {
	sorted := slices.Clone(nodes)
	slices.SortStableFunc(sorted, func(a, b node) int {
		return cmp.Or(cmp.Compare(depth(a.path), depth(b.path)), cmp.Compare(a.path, b.path))
	})
	ids := map[string]uint32{}
	var out []bomEntry
	for i, n := range sorted {
		ids[n.path] = uint32(i + 1)
		parent := "."
		if dir := path.Dir(strings.TrimPrefix(n.path, "./")); dir != "." {
			parent = "./" + dir
		}
		e := bomEntry{id: uint32(i + 1), node: n}
		if n.path != "." {
			e.parent = ids[parent]
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b bomEntry) int {
		return cmp.Or(cmp.Compare(a.parent, b.parent), cmp.Compare(path.Base(a.path), path.Base(b.path)))
	})
	return out
}

func depth(name string) int {
	if name == "." {
		return 0
	}
	return strings.Count(name, "/")
}

// bytewise is POSIX cksum, written as the standard words it.
func bytewise(raw []byte) uint32 {
	crc := uint32(0)
	feed := func(c byte) {
		crc ^= uint32(c) << 24
		for range 8 {
			if crc&(1<<31) != 0 {
				crc = crc<<1 ^ 0x04c11db7
			} else {
				crc <<= 1
			}
		}
	}
	for _, c := range raw {
		feed(c)
	}
	for n := len(raw); n > 0; n >>= 8 {
		feed(byte(n))
	}
	return ^crc
}
