package deflate

import "math/bits"

// The alphabets of RFC 1951, 3.2.5.
const (
	endOfBlock   = 256
	firstLength  = 257
	literalCodes = 286
	offsetCodes  = 30
)

// lengthSymbol is the symbol, counted from 257, of a length less three.
var lengthSymbol = func() (symbols [256]uint8) {
	for i := range symbols {
		symbols[i] = uint8(rangeSymbol(uint32(i), 2))
	}
	symbols[255] = 28 // 258 has a symbol of its own
	return symbols
}()

// rangeSymbol counts ranges that double in size after every 2^fine of them: so
// lengths (fine 2) and offsets (fine 1) are both divided.
func rangeSymbol(value uint32, fine int) int {
	if value < 1<<(fine+1) {
		return int(value)
	}
	extra := bits.Len32(value) - fine - 1
	return extra<<fine + int(value>>extra)
}

// extraBits is how many bits follow a symbol of such an alphabet.
func extraBits(symbol uint32, fine int) int { return max(int(symbol>>fine)-1, 0) }

func offsetSymbol(offset uint32) uint32 {
	if offset < 256 {
		return uint32(nearSymbol[offset])
	}
	return 14 + uint32(nearSymbol[offset>>7])
}

// nearSymbol is the symbol of offsets less one; those from 256 on repeat it for
// their upper bits, 14 symbols on.
var nearSymbol = func() (symbols [256]uint8) {
	for i := range symbols {
		symbols[i] = uint8(rangeSymbol(uint32(i), 1))
	}
	return symbols
}()
