package deflate

import (
	"encoding/binary"
	"math/bits"
)

// The format's bounds of a match.
const (
	minMatch  = 3
	maxMatch  = 258
	maxOffset = 1<<15 - 1
)

// How hard a match is looked for. More makes the output smaller and the search
// longer: for 40 MB of Go programs, a depth of 6 and a lazyLength of 24 gave 0.6 %
// less in 1.1 times the time.
const (
	searchDepth = 4  // candidates that are compared
	niceLength  = 24 // a match this long ends the search for a longer one
	lazyLength  = 12 // a match this long is taken without a look at the next byte
	// shortOffset is how far a match of three bytes may point: farther than
	// that, three literals cost less.
	shortOffset = 1 << 12
)

const (
	hash4Bits = 16
	hash3Bits = 13
	noMatch   = -maxOffset - 1 // out of every position's reach
)

// matcher finds earlier copies of what begins at a position: of four bytes and
// more by chains of equal hashes, of three bytes the latest one only.
type matcher struct {
	data  []byte // followed by padding, so that words can be read to its end
	end   int
	last3 [1 << hash3Bits]int32
	last4 [1 << hash4Bits]int32
	chain [maxOffset + 1]int32 // by position: the one before with the same hash
}

// reset takes new data, of which the last padding bytes are no content.
func (m *matcher) reset(data []byte) {
	m.data, m.end = data, len(data)-padding
	for i := range m.last3 {
		m.last3[i] = noMatch
	}
	for i := range m.last4 {
		m.last4[i] = noMatch
	}
}

const padding = 8

// Both ends are given because the compiler then checks them once.
func load32(data []byte, at int) uint32 { return binary.LittleEndian.Uint32(data[at : at+4]) }
func load64(data []byte, at int) uint64 { return binary.LittleEndian.Uint64(data[at : at+8]) }

func hash4(word uint32) uint32 { return word * 0x9e3779b1 >> (32 - hash4Bits) }
func hash3(word uint32) uint32 { return word << 8 * 0x9e3779b1 >> (32 - hash3Bits) }

// insert makes a position known, where the word is.
func (m *matcher) insert(at int, word uint32) (third, fourth int) {
	h3, h4 := hash3(word), hash4(word)
	third, fourth = int(m.last3[h3]), int(m.last4[h4])
	m.last3[h3], m.last4[h4] = int32(at), int32(at)
	m.chain[at&maxOffset] = int32(fourth)
	return third, fourth
}

// pass makes a position within a match known to longer matches only.
func (m *matcher) pass(at int) {
	h4 := hash4(load32(m.data, at))
	m.chain[at&maxOffset] = m.last4[h4]
	m.last4[h4] = int32(at)
}

// longest makes a position known and gives the longest match there that is
// longer than best; length 0 is none.
func (m *matcher) longest(at, best, depth int) (length, offset int) {
	data := m.data
	word := load32(data, at)
	candidate3, candidate := m.insert(at, word)
	limit := min(m.end-at, maxMatch)
	if limit < 4 {
		return 0, 0
	}
	oldest := at - maxOffset
	if best < minMatch && candidate3 >= oldest && at-candidate3 <= shortOffset && (load32(data, candidate3)^word)<<8 == 0 {
		best, length, offset = minMatch, minMatch, at-candidate3
	}
	if best >= limit {
		return length, offset
	}
	// What a longer match must have at its end is compared first.
	end := max(best-3, 0)
	tail := load32(data, at+end)
	for ; depth > 0 && candidate >= oldest; depth-- {
		if load32(data, candidate+end) == tail && load32(data, candidate) == word {
			n := equal(data, candidate, at, limit)
			if n > best {
				best, length, offset = n, n, at-candidate
				if n >= niceLength || n >= limit {
					return length, offset
				}
				end = best - 3
				tail = load32(data, at+end)
			}
		}
		candidate = int(m.chain[candidate&maxOffset])
	}
	return length, offset
}

// equal counts equal bytes; the first four are known to be.
func equal(data []byte, a, b, limit int) int {
	n := 4
	for n+8 <= limit {
		if diff := load64(data, a+n) ^ load64(data, b+n); diff != 0 {
			return n + bits.TrailingZeros64(diff)/8
		}
		n += 8
	}
	for n < limit && data[a+n] == data[b+n] {
		n++
	}
	return n
}
