package bom

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// Sum computes the checksum of the POSIX command cksum, which a Bom holds for
// every file. The zero value is ready; Write never fails.
//
// It is the CRC of the polynomial 04C11DB7, most significant bit first, from 0,
// over the bytes and then their count. Reversing the bits of every byte makes
// it the CRC that hash/crc32 computes in hardware.
type Sum struct {
	state   uint32 // as hash/crc32 has it: inverted and reversed
	started bool
	count   uint64
	buffer  [4096]byte
}

// Write adds p to the checksum.
func (s *Sum) Write(p []byte) (int, error) {
	s.count += uint64(len(p))
	for rest := p; len(rest) > 0; {
		n := reverse(s.buffer[:], rest)
		s.update(s.buffer[:n])
		rest = rest[n:]
	}
	return len(p), nil
}

// Sum32 is the checksum of what was written so far.
func (s *Sum) Sum32() uint32 {
	end := *s
	var count []byte
	for n := s.count; n > 0; n >>= 8 {
		count = append(count, bits.Reverse8(byte(n)))
	}
	end.update(count)
	return bits.Reverse32(end.state)
}

func (s *Sum) update(reversed []byte) {
	if !s.started {
		s.state, s.started = ^uint32(0), true // crc32 begins with the inverse
	}
	s.state = crc32.Update(s.state, crc32.IEEETable, reversed)
}

// reverse fills to with bytes of from, each with its bits reversed.
func reverse(to, from []byte) int {
	n := min(len(to), len(from))
	i := 0
	for ; i+8 <= n; i += 8 {
		word := binary.LittleEndian.Uint64(from[i:])
		binary.LittleEndian.PutUint64(to[i:], bits.ReverseBytes64(bits.Reverse64(word)))
	}
	for ; i < n; i++ {
		to[i] = bits.Reverse8(from[i])
	}
	return n
}
