package deflate

import (
	"math/bits"
	"slices"
)

// code is a symbol's Huffman code, bits in the order in which they are written.
type code struct {
	bits   uint16
	length uint8
}

// huffman makes codes of at most limit bits for symbols by how often they are
// needed. At least two symbols get one, as some readers demand.
func huffman(codes []code, need []uint32, limit int) {
	clear(codes)
	var used [literalCodes]uint32 // need in the upper bits, symbol in the lower nine
	n := 0
	for symbol, count := range need {
		if count > 0 {
			used[n] = count<<9 | uint32(symbol)
			n++
		}
	}
	for symbol := uint32(0); n < 2; symbol++ {
		if need[symbol] == 0 {
			used[n] = 1<<9 | symbol
			n++
		}
	}
	slices.Sort(used[:n])
	var lengths [16]int
	depths(used[:n], limit, &lengths)
	// The least needed symbols get the longest codes.
	at := 0
	for length := limit; length > 0; length-- {
		for range lengths[length] {
			codes[used[at]&(1<<9-1)].length = uint8(length)
			at++
		}
	}
	number(codes, lengths)
}

// depths counts how many codes of each length an optimal tree has, cut to the
// limit: sorted leaves and the nodes made of them are two queues, of which the
// two least are joined again and again.
func depths(used []uint32, limit int, lengths *[16]int) {
	n := len(used)
	var weight, parent [2 * literalCodes]uint32
	for i, u := range used {
		weight[i] = u >> 9
	}
	leaf, node, made := 0, n, n
	least := func() int {
		if node == made || (leaf < n && weight[leaf] <= weight[node]) {
			leaf++
			return leaf - 1
		}
		node++
		return node - 1
	}
	for ; made < 2*n-1; made++ {
		a, b := least(), least()
		weight[made] = weight[a] + weight[b]
		parent[a], parent[b] = uint32(made), uint32(made)
	}
	var depth [2 * literalCodes]uint8
	for i := made - 2; i >= 0; i-- {
		depth[i] = depth[parent[i]] + 1
		if i < n {
			lengths[min(int(depth[i]), limit)]++
		}
	}
	shorten(lengths, limit)
}

// shorten makes room for the codes that were cut: each pair of longest codes
// that is one too many goes below a shorter code.
func shorten(lengths *[16]int, limit int) {
	total := 0
	for length := 1; length <= limit; length++ {
		total += lengths[length] << (limit - length)
	}
	for ; total > 1<<limit; total-- {
		at := limit - 1
		for lengths[at] == 0 {
			at--
		}
		lengths[at]--
		lengths[at+1] += 2
		lengths[limit]--
	}
}

// number gives out the codes in the canonical order of RFC 1951, 3.2.2.
func number(codes []code, lengths [16]int) {
	var next [16]int
	for length := 1; length < len(next); length++ {
		next[length] = (next[length-1] + lengths[length-1]) << 1
	}
	for i := range codes {
		if length := codes[i].length; length > 0 {
			codes[i].bits = bits.Reverse16(uint16(next[length])) >> (16 - length)
			next[length]++
		}
	}
}
