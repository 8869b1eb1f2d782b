package verify

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Magic numbers of Mach-O files, as they read big-endian.
const (
	magicFat   = 0xcafebabe
	magicFat64 = 0xcafebabf
	magicThin  = 0xcffaedfe // 64-bit, little-endian: all that today's Macs run
	magicOld32 = 0xcefaedfe
	magicPPC   = 0xfeedface
	magicPPC64 = 0xfeedfacf
	// A Java class begins like a fat file, with its version where the number of
	// architectures would be; the oldest version is 45.
	maxArchitectures = 44
)

const (
	cpuX86   = 0x01000007
	cpuARM64 = 0x0100000c
	// cpuSubtype masks the capability bits off a subtype.
	cpuSubtype = 0x00ffffff
)

func isMachO(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	switch binary.BigEndian.Uint32(head) {
	case magicFat, magicFat64:
		return binary.BigEndian.Uint32(head[4:]) <= maxArchitectures
	case magicThin, magicOld32, magicPPC, magicPPC64:
		return true
	}
	return false
}

// slice is one architecture's part of a file.
type slice struct {
	cpu, subtype  uint32
	offset, size  uint64
	align, number uint32
}

func (s slice) arch() string {
	switch s.cpu {
	case cpuX86:
		return "x86_64"
	case cpuARM64:
		if s.subtype&cpuSubtype == 2 {
			return "arm64e"
		}
		return "arm64"
	}
	return fmt.Sprintf("cpu %#x", s.cpu)
}

// page is the size of a page as a power of two; the kernel maps whole ones.
func (s slice) page() uint32 {
	if s.cpu == cpuARM64 {
		return 14
	}
	return 12
}

// readFat reads the table of architectures and returns them by offset.
func readFat(s *scope, m *machReader, wide bool, size uint64) ([]slice, error) {
	head, err := m.read(8)
	if err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[4:])
	if n == 0 {
		return nil, errors.New("a universal file of no architectures")
	}
	entry := uint64(20)
	if wide {
		entry = 32
	}
	table, err := m.read(uint64(n) * entry)
	if err != nil {
		return nil, err
	}
	var out []slice
	for i := range n {
		out = append(out, parseFatEntry(table[uint64(i)*entry:], i, wide))
	}
	return out, checkFat(s, out, m.at, size)
}

func parseFatEntry(raw []byte, number uint32, wide bool) slice {
	word := func(at int) uint32 { return binary.BigEndian.Uint32(raw[at:]) }
	s := slice{cpu: word(0), subtype: word(4), number: number}
	if wide {
		s.offset, s.size, s.align = binary.BigEndian.Uint64(raw[8:]), binary.BigEndian.Uint64(raw[16:]), word(24)
	} else {
		s.offset, s.size, s.align = uint64(word(8)), uint64(word(12)), word(16)
	}
	return s
}

func checkFat(s *scope, parts []slice, tableEnd, size uint64) error {
	slices.SortStableFunc(parts, func(a, b slice) int {
		if a.offset < b.offset {
			return -1
		}
		return int(min(a.offset-b.offset, 1))
	})
	end := tableEnd
	for i, part := range parts {
		switch {
		case part.offset < end:
			return fmt.Errorf("the %s slice at %d lies over what ends at %d", part.arch(), part.offset, end)
		case part.size > size || part.offset > size-part.size:
			return fmt.Errorf("the %s slice claims bytes %d+%d of %d", part.arch(), part.offset, part.size, size)
		case part.align > 15 || part.offset%(1<<part.align) != 0:
			return fmt.Errorf("the %s slice at %d is not aligned to 2^%d", part.arch(), part.offset, part.align)
		}
		if part.align < part.page() {
			s.warn("the %s slice states an alignment of 2^%d, less than a page", part.arch(), part.align)
		}
		end = part.offset + part.size
		for _, other := range parts[:i] {
			if other.cpu == part.cpu && other.subtype&cpuSubtype == part.subtype&cpuSubtype {
				return fmt.Errorf("two slices are for %s", part.arch())
			}
		}
	}
	if end != size {
		s.warn("%d bytes follow the last slice", size-end)
	}
	return nil
}
