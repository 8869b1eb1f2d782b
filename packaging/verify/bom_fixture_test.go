package verify_test

import (
	"encoding/binary"
	"path"
	"slices"
)

// bomStyle is one of the ways Boms were written over the years.
type bomStyle struct {
	old         bool // records of 2011, 8 bytes shorter
	bomutils    bool // file records of 31 bytes
	hardLinks   bool // HLIndex with an entry per file, as macOS 26 writes it
	small       bool // an index of just the blocks, and no extra variables
	oneLeaf     bool // every path in one leaf, however many
	brokenChain bool // leaves that do not name the one before
	reverse     bool // leaves out of order
	ieee        bool // the wrong checksum
}

// bomBuilder collects blocks as mkbom lays them out.
type bomBuilder struct {
	perLeaf     int
	brokenChain bool
	blocks      [][]byte
	vars        []string
	at          []uint32
}

func (b *bomBuilder) add(raw []byte) uint32 {
	if len(b.blocks) == 0 {
		b.blocks = append(b.blocks, nil) // the null block
	}
	b.blocks = append(b.blocks, raw)
	return uint32(len(b.blocks) - 1)
}

func (b *bomBuilder) variable(name string, block uint32) {
	b.vars, b.at = append(b.vars, name), append(b.at, block)
}

func u32(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return out
}

// tree writes leaves of up to 510 pairs, and a branch over several of them.
func (b *bomBuilder) tree(pairs [][2]uint32, blockSize int) uint32 {
	chunks := slices.Collect(slices.Chunk(pairs, b.perLeaf))
	if len(chunks) == 0 {
		chunks = [][][2]uint32{nil}
	}
	first := b.add(nil)
	for range len(chunks) - 1 {
		b.add(nil)
	}
	node := func(leaf byte, next, previous uint32, pairs [][2]uint32) []byte {
		out := []byte{0, leaf}
		out = binary.BigEndian.AppendUint16(out, uint16(len(pairs)))
		out = append(out, u32(next, previous)...)
		for _, p := range pairs {
			out = append(out, u32(p[0], p[1])...)
		}
		return append(out, make([]byte, max(0, blockSize-len(out)))...)
	}
	var branch [][2]uint32
	for i, chunk := range chunks {
		var next, previous uint32
		if i+1 < len(chunks) {
			next = first + uint32(i) + 1
		}
		if i > 0 && !b.brokenChain {
			previous = first + uint32(i) - 1
		}
		b.blocks[first+uint32(i)] = node(1, next, previous, chunk)
		if len(chunk) > 0 {
			branch = append(branch, [2]uint32{first + uint32(i), chunk[len(chunk)-1][1]})
		}
	}
	child := first
	if len(chunks) > 1 {
		child = b.add(node(0, 0, 0, branch))
	}
	return b.add(slices.Concat([]byte("tree"), u32(1, child, uint32(blockSize), uint32(len(pairs))), []byte{0}))
}

func makeBom(nodes []node, s bomStyle) []byte {
	b := &bomBuilder{perLeaf: 510, brokenChain: s.brokenChain}
	if s.oneLeaf {
		b.perLeaf = len(nodes)
	}
	var pairs, sizes, links [][2]uint32
	entries := numbered(nodes)
	if s.reverse {
		slices.Reverse(entries[1:])
	}
	for _, e := range entries {
		record := b.add(s.record(e.node))
		info := b.add(u32(e.id, record))
		key := b.add(slices.Concat(u32(e.parent), []byte(path.Base(e.path)), []byte{0}))
		pairs = append(pairs, [2]uint32{info, key})
		if e.large > 0 {
			sizes = append(sizes, [2]uint32{b.add(binary.BigEndian.AppendUint64(nil, e.large)), record})
		}
		links = append(links, [2]uint32{b.add(u32(e.id)), b.add(u32(1, e.id))})
	}
	b.variable("BomInfo", b.add(u32(1, uint32(len(pairs)+1), 1, 0, 0, 4096, 0)))
	b.variable("Paths", b.tree(pairs, 4096))
	if !s.hardLinks {
		links = nil
	}
	if !s.small {
		b.variable("HLIndex", b.tree(links, 4096))
		b.variable("VIndex", b.add(append(u32(1, b.tree(nil, 128), 0), 0)))
		b.variable("Size64", b.tree(sizes, 4096))
	}
	return b.bytes(s.small)
}

func (b *bomBuilder) bytes(small bool) []byte {
	out := make([]byte, 512)
	var vars []byte
	vars = append(vars, u32(uint32(len(b.vars)))...)
	for i, name := range b.vars {
		vars = append(vars, u32(b.at[i])...)
		vars = append(append(vars, byte(len(name))), name...)
	}
	varsAt := len(out)
	out = append(out, vars...)
	n := max(2730, len(b.blocks))
	if small {
		n = len(b.blocks)
	}
	index := u32(uint32(n))
	for _, block := range b.blocks {
		if block == nil {
			index = append(index, u32(0, 0)...)
			continue
		}
		index = append(index, u32(uint32(len(out)), uint32(len(block)))...)
		out = append(out, block...)
	}
	index = append(index, make([]byte, 4+8*n-len(index))...)
	index = append(index, u32(5)...)
	index = append(index, make([]byte, 5*8+16)...)
	copy(out, slices.Concat([]byte("BOMStore"), u32(1, uint32(len(b.blocks)-1), uint32(len(out)), uint32(len(index)), uint32(varsAt), uint32(len(vars)))))
	return append(out, index...)
}
