package verify

import (
	"encoding/binary"
	"fmt"
	"slices"
)

const (
	bomHeader = 32
	maxBom    = 64 << 20
)

// bomStore is the container of a Bom: numbered blocks and named variables, all
// big-endian.
type bomStore struct {
	raw    []byte
	blocks []bomSpan // by number; block 0 is the null block
	vars   map[string]uint32
}

type bomSpan struct{ at, length uint32 }

func (b bomSpan) end() uint64 { return uint64(b.at) + uint64(b.length) }

// openBom reads header, index, free list and variables.
func openBom(s *scope, raw []byte) (*bomStore, error) {
	if len(raw) < bomHeader || string(raw[:8]) != "BOMStore" {
		return nil, fmt.Errorf("does not begin with a BOMStore header")
	}
	word := func(at int) uint32 { return binary.BigEndian.Uint32(raw[at:]) }
	if word(8) != 1 {
		return nil, fmt.Errorf("version %d instead of 1", word(8))
	}
	store := &bomStore{raw: raw, vars: map[string]uint32{}}
	index, vars := bomSpan{word(16), word(20)}, bomSpan{word(24), word(28)}
	if index.end() > uint64(len(raw)) || vars.end() > uint64(len(raw)) {
		return nil, fmt.Errorf("index (%d+%d) or variables (%d+%d) lie outside its %d bytes", index.at, index.length, vars.at, vars.length, len(raw))
	}
	if err := store.readIndex(s, raw[index.at:index.end()]); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	if err := store.readVars(raw[vars.at:vars.end()]); err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	store.checkSpans(s, word(12), index, vars)
	return store, nil
}

// readIndex reads the block table and the free list behind it. macOS's reader
// aborts on an index that ends without the free list's count.
func (b *bomStore) readIndex(s *scope, index []byte) error {
	if len(index) < 4 {
		return fmt.Errorf("%d bytes hold no table", len(index))
	}
	n := uint64(binary.BigEndian.Uint32(index))
	if 4+8*n > uint64(len(index)) {
		return fmt.Errorf("%d blocks do not fit its %d bytes", n, len(index))
	}
	for i := range n {
		entry := index[4+8*i:]
		span := bomSpan{binary.BigEndian.Uint32(entry), binary.BigEndian.Uint32(entry[4:])}
		if span.end() > uint64(len(b.raw)) {
			return fmt.Errorf("block %d (%d+%d) lies outside its %d bytes", i, span.at, span.length, len(b.raw))
		}
		b.blocks = append(b.blocks, span)
	}
	return checkFreeList(s, index[4+8*n:])
}

func checkFreeList(s *scope, rest []byte) error {
	if len(rest) < 4 {
		return fmt.Errorf("no free list behind the block table; macOS aborts without one")
	}
	count, room := uint64(binary.BigEndian.Uint32(rest)), uint64(len(rest)-4)
	switch {
	case 8*count > room:
		return fmt.Errorf("the free list claims %d entries in %d bytes", count, room)
	case room-8*count != 16:
		s.note("%d bytes follow the free list instead of its two empty pairs", room-8*count)
	}
	return nil
}

func (b *bomStore) readVars(raw []byte) error {
	if len(raw) < 4 {
		return fmt.Errorf("%d bytes hold no count", len(raw))
	}
	count := binary.BigEndian.Uint32(raw)
	raw = raw[4:]
	for i := range count {
		if len(raw) < 5 || len(raw) < 5+int(raw[4]) {
			return fmt.Errorf("number %d of %d is cut short", i+1, count)
		}
		name := string(raw[5 : 5+int(raw[4])])
		block := binary.BigEndian.Uint32(raw)
		if _, twice := b.vars[name]; twice {
			return fmt.Errorf("%q is there twice", name)
		}
		if block == 0 || int(block) >= len(b.blocks) {
			return fmt.Errorf("%q is block %d of %d", name, block, len(b.blocks))
		}
		b.vars[name] = block
		raw = raw[5+int(raw[4]):]
	}
	if len(raw) > 0 {
		return fmt.Errorf("%d bytes follow the last one", len(raw))
	}
	return nil
}

// checkSpans wants the stated number of blocks and none over another.
func (b *bomStore) checkSpans(s *scope, stated uint32, index, vars bomSpan) {
	spans := []bomSpan{{0, bomHeader}, index, vars}
	for i, span := range b.blocks {
		if i > 0 && span.length > 0 {
			spans = append(spans, span)
		}
	}
	if used := uint32(len(spans) - 3); used != stated {
		s.fail("the header says %d blocks, the index has %d", stated, used)
	}
	slices.SortFunc(spans, func(a, b bomSpan) int { return int(int64(a.at) - int64(b.at)) })
	for i := 1; i < len(spans); i++ {
		if spans[i-1].end() > uint64(spans[i].at) {
			s.fail("the blocks at %d and %d lie over each other", spans[i-1].at, spans[i].at)
		}
	}
}

// block gives the bytes of a numbered block.
func (b *bomStore) block(number uint32) ([]byte, error) {
	if number == 0 || int(number) >= len(b.blocks) || b.blocks[number].length == 0 {
		return nil, fmt.Errorf("there is no block %d", number)
	}
	span := b.blocks[number]
	return b.raw[span.at:span.end()], nil
}

// sized is block for one of a known least length.
func (b *bomStore) sized(number uint32, least int) ([]byte, error) {
	raw, err := b.block(number)
	if err == nil && len(raw) < least {
		err = fmt.Errorf("block %d has %d bytes, less than %d", number, len(raw), least)
	}
	return raw, err
}
