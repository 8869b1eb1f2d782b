package deflate

import "encoding/binary"

// bitWriter appends bits, the lowest first.
type bitWriter struct {
	out     []byte
	pending uint64
	count   uint
}

// add takes up to 32 bits.
func (w *bitWriter) add(value uint64, count uint) {
	w.pending |= value << w.count
	w.count += count
	if w.count >= 32 {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(w.pending))
		w.pending >>= 32
		w.count -= 32
	}
}

// align fills up the last byte and gives all of them.
func (w *bitWriter) align() []byte {
	for ; w.count > 0; w.count -= min(w.count, 8) {
		w.out = append(w.out, byte(w.pending))
		w.pending >>= 8
	}
	return w.out
}

const maxStored = 1<<16 - 1

// stored writes bytes as they are. Without bytes it ends on a byte's boundary,
// which is what joins pieces.
func (w *bitWriter) stored(raw []byte, last bool) {
	for first := true; first || len(raw) > 0; first = false {
		n := min(len(raw), maxStored)
		w.add(boolBit(last && n == len(raw)), 3)
		w.align()
		w.out = binary.LittleEndian.AppendUint16(w.out, uint16(n))
		w.out = binary.LittleEndian.AppendUint16(w.out, ^uint16(n))
		w.out = append(w.out, raw[:n]...)
		raw = raw[n:]
	}
}

func boolBit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
