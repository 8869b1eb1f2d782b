package verify

import "encoding/binary"

const (
	stapleTrailer = 16
	// leftover is what xar of macOS 10.10 to 10.12 may leave behind the heap:
	// up to one buffer of whatever was in memory.
	leftover = 4096
)

// checkTail judges what lies behind the last byte that the table of contents
// claims: nothing, a stapled ticket, or the rest of a buffer.
func (v *verifier) checkTail() {
	s := v.at(LayerTail, "")
	tail := v.size - v.xar.heap - v.xar.heapEnd
	if tail <= 0 {
		return
	}
	last := make([]byte, stapleTrailer)
	if tail >= stapleTrailer {
		if _, err := v.r.ReadAt(last, v.size-stapleTrailer); err != nil {
			s.fail("reading it: %v", err)
			return
		}
	}
	switch {
	case string(last[:4]) == "t8lr":
		v.checkStaple(s, tail, last)
	case tail <= leftover:
		s.note("%d bytes follow the heap that no digest covers; xar of macOS 10.10 to 10.12 leaves such", tail)
	default:
		s.warn("%d bytes follow the heap that no digest covers, more than any tool of Apple's leaves", tail)
	}
}

// checkStaple reads the trailer of a notarization ticket: little-endian "t8lr",
// version, type (1 begins, 2 holds the ticket) and length.
func (v *verifier) checkStaple(s *scope, tail int64, last []byte) {
	version, kind := binary.LittleEndian.Uint16(last[4:]), binary.LittleEndian.Uint16(last[6:])
	length := int64(binary.LittleEndian.Uint32(last[8:]))
	if version != 1 || kind != 2 || length > tail-stapleTrailer {
		s.fail("ends in a staple trailer of version %d, type %d, for %d bytes where there are %d", version, kind, length, tail-stapleTrailer)
		return
	}
	if extra := tail - length - 2*stapleTrailer; extra > leftover {
		s.warn("%d bytes lie between the heap and the ticket", extra)
	}
	s.ok("a stapled notarization ticket of %d bytes", length)
}
