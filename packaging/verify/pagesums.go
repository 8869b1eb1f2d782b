package verify

import (
	"crypto/sha256"
	"hash"
)

// pageSums hashes a file page by page, in the two sizes that signers use,
// because the size is known only once the signature behind the pages is read.
type pageSums struct{ small, large pageSum }

type pageSum struct {
	size uint64
	left uint64
	hash hash.Hash
	sums [][]byte
}

func newPageSums() *pageSums {
	sum := func(size uint64) pageSum { return pageSum{size: size, left: size, hash: sha256.New()} }
	return &pageSums{sum(4 << 10), sum(16 << 10)}
}

func (p *pageSums) Write(b []byte) (int, error) {
	p.small.write(b)
	p.large.write(b)
	return len(b), nil
}

func (p *pageSum) write(b []byte) {
	for len(b) > 0 {
		n := min(uint64(len(b)), p.left)
		p.hash.Write(b[:n])
		b = b[n:]
		if p.left -= n; p.left == 0 {
			p.flush()
		}
	}
}

func (p *pageSum) flush() {
	p.sums = append(p.sums, p.hash.Sum(nil))
	p.hash.Reset()
	p.left = p.size
}

// all gives the sums including a last page that is not full.
func (p *pageSum) all() [][]byte {
	if p.left < p.size {
		p.flush()
	}
	return p.sums
}
