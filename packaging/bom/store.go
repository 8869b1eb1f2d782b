package bom

import (
	"encoding/binary"
	"fmt"
)

const (
	headerLen = 512 // 32 bytes and zeros, as Apple pads them
	nodeLen   = 4096
	smallNode = 128 // the block size of VIndex
	// perNode is how many pairs fit behind a node's 12 bytes of header.
	perNode = (nodeLen - 12) / 8
)

// store collects numbered blocks. Block 0 is the null block.
type store struct {
	data   []byte
	spans  [][2]uint32
	vars   []byte
	varsNo uint32
}

// pair is an entry of a tree's node: two block numbers.
type pair struct{ value, key uint32 }

func newStore() *store {
	return &store{data: make([]byte, headerLen), spans: make([][2]uint32, 1)}
}

// reserve gives out a block's number before its content is known.
func (s *store) reserve() uint32 {
	s.spans = append(s.spans, [2]uint32{})
	return uint32(len(s.spans) - 1)
}

func (s *store) put(number uint32, raw []byte) {
	s.spans[number] = [2]uint32{uint32(len(s.data)), uint32(len(raw))}
	s.data = append(s.data, raw...)
}

func (s *store) add(raw []byte) uint32 {
	number := s.reserve()
	s.put(number, raw)
	return number
}

func (s *store) name(variable string, block uint32) {
	s.vars = binary.BigEndian.AppendUint32(s.vars, block)
	s.vars = append(append(s.vars, byte(len(variable))), variable...)
	s.varsNo++
}

// bom fills the store with the five variables of a Bom.
func (s *store) bom(nodes []node, mtime uint32) error {
	s.name("BomInfo", s.add(bomInfo(nodes)))
	paths := s.reserve()
	s.name("Paths", paths)
	pairs, err := s.paths(nodes, mtime)
	if err != nil {
		return err
	}
	if err := s.tree(paths, pairs); err != nil {
		return err
	}
	s.name("HLIndex", s.emptyTree(nodeLen))
	index := s.emptyTree(smallNode)
	s.name("VIndex", s.add(append(words(1, index, 0), 0)))
	s.name("Size64", s.emptyTree(nodeLen))
	return nil
}

func bomInfo(nodes []node) []byte {
	var total uint32
	for _, n := range nodes {
		total += uint32(n.Size)
	}
	const version, architectures, anyCPU, anySubtype = 1, 1, 0, 0
	return words(version, uint32(len(nodes)+1), architectures, anyCPU, anySubtype, total, 0)
}

// paths adds a record, an id and a key for each node.
func (s *store) paths(nodes []node, mtime uint32) ([]pair, error) {
	children := map[uint32]int{}
	for _, n := range nodes {
		children[n.parent]++
	}
	pairs := make([]pair, 0, len(nodes))
	for _, n := range nodes {
		record, err := n.record(mtime, children[n.id])
		if err != nil {
			return nil, err
		}
		info := s.add(words(n.id, s.add(record)))
		key := s.add(append(append(words(n.parent), n.name...), 0))
		pairs = append(pairs, pair{info, key})
	}
	return pairs, nil
}

// tree writes sorted pairs as leaves, and a branch above them when one leaf
// cannot hold all: each child goes under the key of its own last entry.
func (s *store) tree(number uint32, pairs []pair) error {
	var leaves []uint32
	for range max(1, (len(pairs)+perNode-1)/perNode) {
		leaves = append(leaves, s.reserve())
	}
	if len(leaves) > perNode {
		return fmt.Errorf("%d paths; %d is the most", len(pairs), perNode*perNode)
	}
	var branch []pair
	for i, leaf := range leaves {
		part := pairs[i*perNode : min((i+1)*perNode, len(pairs))]
		var next, previous uint32
		if i > 0 {
			previous = leaves[i-1]
		}
		if i < len(leaves)-1 {
			next = leaves[i+1]
		}
		s.put(leaf, treeNode(true, next, previous, part, nodeLen))
		branch = append(branch, pair{leaf, part[len(part)-1].key})
	}
	child := leaves[0]
	if len(leaves) > 1 {
		child = s.add(treeNode(false, 0, 0, branch, nodeLen))
	}
	s.put(number, treeHead(child, nodeLen, uint32(len(pairs))))
	return nil
}

func (s *store) emptyTree(blockSize int) uint32 {
	leaf := s.add(treeNode(true, 0, 0, nil, blockSize))
	return s.add(treeHead(leaf, uint32(blockSize), 0))
}

func treeHead(child, blockSize, count uint32) []byte {
	return append(append([]byte("tree"), words(1, child, blockSize, count)...), 0)
}

func treeNode(leaf bool, next, previous uint32, pairs []pair, size int) []byte {
	out := make([]byte, 4, size)
	if leaf {
		out[1] = 1
	}
	binary.BigEndian.PutUint16(out[2:], uint16(len(pairs)))
	out = append(out, words(next, previous)...)
	for _, p := range pairs {
		out = append(out, words(p.value, p.key)...)
	}
	return out[:size]
}

// bytes lays out header, blocks, variables, index and free list. The free list
// is empty, but macOS's reader aborts when it is not there at all.
func (s *store) bytes() []byte {
	vars := append(words(s.varsNo), s.vars...)
	index := words(uint32(len(s.spans)))
	for _, span := range s.spans {
		index = append(index, words(span[0], span[1])...)
	}
	const freeBlocks = 0
	index = append(index, words(freeBlocks, 0, 0, 0, 0)...)
	varsAt := uint32(len(s.data))
	indexAt := varsAt + uint32(len(vars))
	copy(s.data, "BOMStore")
	copy(s.data[8:], words(1, uint32(len(s.spans)-1), indexAt, uint32(len(index)), varsAt, uint32(len(vars))))
	return append(append(s.data, vars...), index...)
}

// words are 32-bit numbers, big-endian like everything in a Bom.
func words(values ...uint32) []byte {
	out := make([]byte, 0, 4*len(values))
	for _, v := range values {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return out
}
