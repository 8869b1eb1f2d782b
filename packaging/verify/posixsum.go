package verify

import "encoding/binary"

// cksumPoly is the polynomial of POSIX cksum, most significant bit first. It
// is zip's CRC-32 the other way round, and not the same number.
const cksumPoly = 0x04c11db7

// cksumTables let eight bytes go in at a time.
var cksumTables = makeCksumTables()

func makeCksumTables() (tables [8][256]uint32) {
	for i := range tables[0] {
		crc := uint32(i) << 24
		for range 8 {
			carry := crc >> 31
			crc <<= 1
			if carry == 1 {
				crc ^= cksumPoly
			}
		}
		tables[0][i] = crc
	}
	for t := 1; t < len(tables); t++ {
		for i, prev := range tables[t-1] {
			tables[t][i] = prev<<8 ^ tables[0][prev>>24]
		}
	}
	return tables
}

// posixSum is the checksum that a Bom records: the CRC of the bytes, then of
// their count, least significant byte first, inverted.
type posixSum struct {
	crc uint32
	n   uint64
}

func (p *posixSum) Write(b []byte) (int, error) {
	p.n += uint64(len(b))
	p.crc = cksumUpdate(p.crc, b)
	return len(b), nil
}

func cksumUpdate(crc uint32, b []byte) uint32 {
	t := &cksumTables
	for ; len(b) >= 8; b = b[8:] {
		hi := binary.BigEndian.Uint32(b) ^ crc
		lo := binary.BigEndian.Uint32(b[4:])
		crc = t[7][hi>>24] ^ t[6][hi>>16&0xff] ^ t[5][hi>>8&0xff] ^ t[4][hi&0xff] ^
			t[3][lo>>24] ^ t[2][lo>>16&0xff] ^ t[1][lo>>8&0xff] ^ t[0][lo&0xff]
	}
	for _, c := range b {
		crc = crc<<8 ^ t[0][byte(crc>>24)^c]
	}
	return crc
}

func (p *posixSum) sum() uint32 {
	crc := p.crc
	for n := p.n; n > 0; n >>= 8 {
		crc = cksumUpdate(crc, []byte{byte(n)})
	}
	return ^crc
}
