package verify

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const (
	bomTreeSize   = 21
	bomNodeHeader = 12
	bomPairSize   = 8
	maxTreeDepth  = 8
)

// bomPair is one entry of a leaf: block numbers of a value and its key.
type bomPair struct{ value, key uint32 }

// bomTree walks one tree of a Bom in order.
type bomTree struct {
	store   *bomStore
	room    int // entries that a node may have
	pairs   []bomPair
	visited map[uint32]bool
	next    uint32 // what the last leaf says comes after it
	last    uint32 // the last leaf's block
}

// tree reads the tree in a block and returns its entries in order, after
// checking nodes, links between leaves and the stated count. A node with more
// entries than a block holds is what a known writer makes of more than 510
// paths; macOS reads only the block. Some trees' keys are plain numbers; those
// are equal as they stand.
func (b *bomStore) tree(number uint32) ([]bomPair, error) {
	raw, err := b.sized(number, bomTreeSize)
	if err != nil {
		return nil, err
	}
	if string(raw[:4]) != "tree" || binary.BigEndian.Uint32(raw[4:]) != 1 {
		return nil, fmt.Errorf("block %d is not a tree of version 1", number)
	}
	room := (int(binary.BigEndian.Uint32(raw[12:])) - bomNodeHeader) / bomPairSize
	t := &bomTree{store: b, room: room, visited: map[uint32]bool{}}
	if _, err := t.node(binary.BigEndian.Uint32(raw[8:]), 0); err != nil {
		return nil, err
	}
	if t.next != 0 {
		return nil, fmt.Errorf("the last leaf goes on to block %d", t.next)
	}
	if count := binary.BigEndian.Uint32(raw[16:]); int(count) != len(t.pairs) {
		return nil, fmt.Errorf("the tree says %d entries, its leaves hold %d", count, len(t.pairs))
	}
	return t.pairs, nil
}

// node visits one node and returns the last key below it.
func (t *bomTree) node(number uint32, depth int) (uint32, error) {
	raw, err := t.store.sized(number, bomNodeHeader)
	if err != nil {
		return 0, err
	}
	if t.visited[number] || depth > maxTreeDepth {
		return 0, fmt.Errorf("node %d is reached twice, or too deep", number)
	}
	t.visited[number] = true
	isLeaf, n := binary.BigEndian.Uint16(raw), int(binary.BigEndian.Uint16(raw[2:]))
	if n > t.room || bomNodeHeader+bomPairSize*n > len(raw) {
		return 0, fmt.Errorf("node %d claims %d entries; its %d bytes and the tree's block size hold %d", number, n, len(raw), t.room)
	}
	if len(t.pairs)+n > maxPaths {
		return 0, fmt.Errorf("more than %d entries", maxPaths)
	}
	pairs := make([]bomPair, n)
	for i := range pairs {
		entry := raw[bomNodeHeader+bomPairSize*i:]
		pairs[i] = bomPair{binary.BigEndian.Uint32(entry), binary.BigEndian.Uint32(entry[4:])}
	}
	if isLeaf == 1 {
		return t.leaf(number, raw, pairs)
	}
	if isLeaf != 0 || n == 0 {
		return 0, fmt.Errorf("node %d is neither a leaf nor a branch with children", number)
	}
	return t.branch(number, pairs, depth)
}

func (t *bomTree) leaf(number uint32, raw []byte, pairs []bomPair) (uint32, error) {
	next, previous := binary.BigEndian.Uint32(raw[4:]), binary.BigEndian.Uint32(raw[8:])
	if previous != t.last {
		return 0, fmt.Errorf("leaf %d says %d comes before it, the branch says %d", number, previous, t.last)
	}
	if t.last != 0 && t.next != number {
		return 0, fmt.Errorf("leaf %d goes on to %d, the branch says %d", t.last, t.next, number)
	}
	t.last, t.next = number, next
	t.pairs = append(t.pairs, pairs...)
	if len(pairs) == 0 {
		return 0, nil
	}
	return pairs[len(pairs)-1].key, nil
}

// branch wants each child under the key of the child's own last entry, by
// which a reader finds its way down.
func (t *bomTree) branch(number uint32, pairs []bomPair, depth int) (uint32, error) {
	var last uint32
	for _, pair := range pairs {
		below, err := t.node(pair.value, depth+1)
		if err != nil {
			return 0, err
		}
		if below != pair.key && !t.sameKey(below, pair.key) {
			return 0, fmt.Errorf("branch %d files node %d under the key in block %d instead of %d", number, pair.value, pair.key, below)
		}
		last = pair.key
	}
	return last, nil
}

func (t *bomTree) sameKey(a, b uint32) bool {
	one, errOne := t.store.block(a)
	two, errTwo := t.store.block(b)
	return errOne == nil && errTwo == nil && bytes.Equal(one, two)
}
