package deflate

// tableOrder is the order in which the lengths of the code for code lengths are
// written (RFC 1951, 3.2.7).
var tableOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

const (
	maxCode      = 15
	maxTableCode = 7
	dynamicBlock = 2
)

// run is an item of the run-length code of code lengths: a length, or one of
// the three repeats with how often.
type run struct{ symbol, extra uint8 }

// repeatBits are the extra bits of the repeats 16, 17 and 18.
var repeatBits = [19]uint{16: 2, 17: 3, 18: 7}

// table is a block's Huffman codes, and how they are told to the reader.
type table struct {
	literal [literalCodes]code
	offset  [offsetCodes]code
	lengths [len(tableOrder)]code
	runs    []run
	// How many codes of each are told: the unused ones at the end are not.
	literals, offsets, orders int
}

// block writes the tokens that stand for the bytes up to at, with codes of
// their own, or the bytes as they are where that is shorter.
func (e *encoder) block(at int, last bool) {
	e.literal[endOfBlock]++
	var t table
	t.build(e.literal[:], e.offsets[:])
	raw := e.data[e.from:at]
	if t.size(e.literal[:], e.offsets[:]) >= 8*(len(raw)+5*(1+len(raw)/maxStored)) {
		e.out.stored(raw, last)
		return
	}
	e.out.add(boolBit(last)|dynamicBlock<<1, 3)
	t.write(&e.out)
	t.writeTokens(&e.out, e.tokens[:e.count])
}

func (t *table) build(literal, offsets []uint32) {
	huffman(t.literal[:], literal, maxCode)
	huffman(t.offset[:], offsets, maxCode)
	t.literals, t.offsets = told(t.literal[:], firstLength), told(t.offset[:], 1)
	var all [literalCodes + offsetCodes]uint8
	n := 0
	for _, part := range [][]code{t.literal[:t.literals], t.offset[:t.offsets]} {
		for _, c := range part {
			all[n] = c.length
			n++
		}
	}
	t.runs = runs(all[:n])
	var need [len(tableOrder)]uint32
	for _, r := range t.runs {
		need[r.symbol]++
	}
	huffman(t.lengths[:], need[:], maxTableCode)
	t.orders = len(tableOrder)
	for t.orders > 4 && t.lengths[tableOrder[t.orders-1]].length == 0 {
		t.orders--
	}
}

// told is how many codes there are without the unused ones at the end.
func told(codes []code, least int) int {
	n := len(codes)
	for n > least && codes[n-1].length == 0 {
		n--
	}
	return n
}

// runs packs code lengths: 16 repeats the last one 3 to 6 times, 17 and 18 are
// 3 to 10 and 11 to 138 zeros.
func runs(lengths []uint8) []run {
	var out []run
	for i := 0; i < len(lengths); {
		length, n := lengths[i], 1
		for i+n < len(lengths) && lengths[i+n] == length {
			n++
		}
		i += n
		if length != 0 {
			out = append(out, run{symbol: length})
			n--
		}
		for n >= 3 {
			var r run
			switch {
			case length != 0:
				r = run{16, uint8(min(n, 6) - 3)}
			case n <= 10:
				r = run{17, uint8(n - 3)}
			default:
				r = run{18, uint8(min(n, 138) - 11)}
			}
			out = append(out, r)
			n -= r.times()
		}
		for range n {
			out = append(out, run{symbol: length})
		}
	}
	return out
}

func (r run) times() int {
	if r.symbol == 18 {
		return int(r.extra) + 11
	}
	return int(r.extra) + 3
}

// size is how many bits the block takes.
func (t *table) size(literal, offsets []uint32) int {
	size := 3 + 5 + 5 + 4 + 3*t.orders
	for _, r := range t.runs {
		size += int(t.lengths[r.symbol].length) + int(repeatBits[r.symbol])
	}
	for symbol, n := range literal {
		extra := 0
		if symbol >= firstLength && symbol < literalCodes-1 {
			extra = extraBits(uint32(symbol-firstLength), 2)
		}
		size += int(n) * (int(t.literal[symbol].length) + extra)
	}
	for symbol, n := range offsets {
		size += int(n) * (int(t.offset[symbol].length) + extraBits(uint32(symbol), 1))
	}
	return size
}

func (t *table) write(w *bitWriter) {
	w.add(uint64(t.literals-firstLength), 5)
	w.add(uint64(t.offsets-1), 5)
	w.add(uint64(t.orders-4), 4)
	for _, symbol := range tableOrder[:t.orders] {
		w.add(uint64(t.lengths[symbol].length), 3)
	}
	for _, r := range t.runs {
		c := t.lengths[r.symbol]
		w.add(uint64(c.bits)|uint64(r.extra)<<c.length, uint(c.length)+repeatBits[r.symbol])
	}
}

// word is a code with its extra bits.
type word struct {
	bits  uint32
	count uint32
}

func (c code) word() word { return word{uint32(c.bits), uint32(c.length)} }

// words looks up a literal's bits, and a length's with its extra ones.
func (t *table) words() (literals, lengths [256]word) {
	for i := range literals {
		literals[i] = t.literal[i].word()
		symbol := uint32(lengthSymbol[i])
		extra := extraBits(symbol, 2)
		if symbol == 28 {
			extra = 0
		}
		w := t.literal[firstLength+symbol].word()
		lengths[i] = word{w.bits | uint32(i&(1<<extra-1))<<w.count, w.count + uint32(extra)}
	}
	return literals, lengths
}

// offsetWords looks up the codes of offsets, with how many extra bits follow.
func (t *table) offsetWords() (codes [32]word, extra [32]uint32) {
	for i, c := range t.offset {
		codes[i], extra[i] = c.word(), uint32(extraBits(uint32(i), 1))
	}
	return codes, extra
}

// writeTokens writes the block's content.
func (t *table) writeTokens(w *bitWriter, tokens []token) {
	literals, lengths := t.words()
	codes, extras := t.offsetWords()
	for _, token := range tokens {
		if token&isMatch == 0 {
			l := literals[token&0xff]
			w.add(uint64(l.bits), uint(l.count))
			continue
		}
		l := lengths[token.lengthCode()]
		w.add(uint64(l.bits), uint(l.count))
		offset := token.offsetCode()
		symbol := offsetSymbol(offset)
		c, extra := codes[symbol&31], extras[symbol&31]
		w.add(uint64(c.bits)|uint64(offset&(1<<extra-1))<<c.count, uint(c.count+extra))
	}
	c := t.literal[endOfBlock]
	w.add(uint64(c.bits), uint(c.length))
}
