package deflate

import "math/bits"

// token is a literal byte, or a match: its flag, length less three, and offset
// less one.
type token uint32

const (
	isMatch     = 1 << 31
	lengthShift = 15
)

func matchToken(length, offset int) token {
	return token(isMatch | (length-minMatch)<<lengthShift | (offset - 1))
}

func (t token) lengthCode() uint32 { return uint32(t) >> lengthShift & 0xff }
func (t token) offsetCode() uint32 { return uint32(t) & maxOffset }

// maxTokens bounds a block, and with it the memory for its tokens.
const maxTokens = 1 << 15

// encoder deflates one piece of a stream at a time; the zero value is ready.
type encoder struct {
	matcher
	tokens  [maxTokens]token
	count   int
	literal [literalCodes]uint32 // how often each code is needed
	offsets [offsetCodes]uint32
	from    int // where the block's bytes begin
	change  change
	out     bitWriter
	buffer  []byte
}

// encode appends raw, deflated, to out. Matches may reach back into window. The
// last piece ends the stream; any other ends on a byte.
func (e *encoder) encode(out, window, raw []byte, last bool) []byte {
	e.buffer = append(append(e.buffer[:0], window...), raw...)
	e.buffer = append(e.buffer, make([]byte, padding)...)
	e.out = bitWriter{out: out}
	e.reset(e.buffer)
	for at := range window {
		e.insert(at, load32(e.data, at))
	}
	e.begin(len(window))
	e.parse(len(window))
	if e.count > 0 || last {
		e.block(e.end, last)
	}
	if !last {
		e.out.stored(nil, false)
	}
	return e.out.align()
}

// begin starts a block.
func (e *encoder) begin(at int) {
	e.from, e.count = at, 0
	clear(e.literal[:])
	clear(e.offsets[:])
	e.change = change{}
}

// parse turns bytes into tokens, and tokens into blocks. A match is put off for
// one byte when the next one is better by enough to pay for the literal.
func (e *encoder) parse(at int) {
	for at < e.end {
		length, offset := e.longest(at, minMatch-1, searchDepth)
		if length == 0 {
			e.addLiteral(at)
			at++
			e.mayEnd(at)
			continue
		}
		for length < lazyLength && at+1 < e.end {
			next, nextOffset := e.longest(at+1, length-1, searchDepth/2)
			if next < length || gain(length, offset, next, nextOffset) <= 2 {
				// The next position is known already.
				e.addMatch(length, offset)
				e.skip(at+2, at+length)
				at += length
				length = 0
				break
			}
			e.addLiteral(at)
			at++
			length, offset = next, nextOffset
		}
		if length > 0 {
			e.addMatch(length, offset)
			e.skip(at+1, at+length)
			at += length
		}
		e.mayEnd(at)
	}
}

// gain weighs a match against the one a byte earlier, in quarters of a byte: a
// longer one saves bytes, a farther one costs bits.
func gain(length, offset, next, nextOffset int) int {
	return 4*(next-length) + bits.Len(uint(offset)) - bits.Len(uint(nextOffset))
}

// skip makes the positions within a match known, for matches of four bytes and
// more: that matches of three may not begin there costs 0.3 % and saves time.
func (e *encoder) skip(from, to int) {
	for at := from; at < min(to, e.end); at++ {
		e.pass(at)
	}
}

func (e *encoder) addLiteral(at int) {
	b := e.data[at]
	e.tokens[e.count] = token(b)
	e.count++
	e.literal[b]++
	e.change.sawLiteral(b)
}

func (e *encoder) addMatch(length, offset int) {
	t := matchToken(length, offset)
	e.tokens[e.count] = t
	e.count++
	e.literal[firstLength+uint32(lengthSymbol[t.lengthCode()])]++
	e.offsets[offsetSymbol(t.offsetCode())]++
	e.change.sawMatch(length)
}

// mayEnd ends the block where the bytes change character, or when it is full.
// A literal that was put off adds one token more, hence the room that is left.
func (e *encoder) mayEnd(at int) {
	if e.count >= maxTokens-maxMatch || e.change.ends(at-e.from, e.end-at) {
		e.block(at, false)
		e.begin(at)
	}
}
