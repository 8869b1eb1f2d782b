package verify

import (
	"encoding/binary"
	"fmt"
)

// sizes64 reads the sizes of files of 4 GiB and more, by the block of their
// record. Their own record holds only the lower half.
func (b *bomStore) sizes64() (map[uint32]uint64, error) {
	sizes := map[uint32]uint64{}
	number, there := b.vars["Size64"]
	if !there {
		return sizes, nil
	}
	pairs, err := b.tree(number)
	if err != nil {
		return sizes, err
	}
	for _, pair := range pairs {
		raw, err := b.sized(pair.value, 8)
		if err != nil {
			return sizes, err
		}
		if int(pair.key) >= len(b.blocks) {
			return sizes, fmt.Errorf("it names block %d of %d", pair.key, len(b.blocks))
		}
		sizes[pair.key] = binary.BigEndian.Uint64(raw)
	}
	return sizes, nil
}

// checkBomExtras reads the variables that Installer does not need but Apple's
// tools always write.
func checkBomExtras(s *scope, b *bomStore, paths int) {
	if info, err := b.sized(b.vars["BomInfo"], 12); err != nil {
		s.fail("BomInfo: %v", err)
	} else if n := binary.BigEndian.Uint32(info[4:]); int(n) != paths+1 {
		s.warn("BomInfo says %d paths and one, there are %d", n, paths)
	}
	if number, there := b.vars["HLIndex"]; there {
		if pairs, err := b.tree(number); err != nil {
			s.fail("HLIndex: %v", err)
		} else if len(pairs) > 0 {
			s.note("HLIndex has %d entries, as mkbom of macOS 26 writes them", len(pairs))
		}
	}
	if number, there := b.vars["VIndex"]; there {
		checkVIndex(s, b, number)
	}
	for _, name := range []string{"HLIndex", "VIndex", "Size64"} {
		if _, there := b.vars[name]; !there {
			s.note("lacks the variable %s, which Apple's tools write", name)
		}
	}
}

// checkVIndex follows the one indirection before its tree.
func checkVIndex(s *scope, b *bomStore, number uint32) {
	raw, err := b.sized(number, 13)
	if err == nil {
		_, err = b.tree(binary.BigEndian.Uint32(raw[4:]))
	}
	if err != nil {
		s.fail("VIndex: %v", err)
	}
}
