package deflate

// A Huffman table fits the bytes that it was made from: where a program's code
// turns into its tables or texts, a new one pays. change watches for that, by
// comparing what came lately with what came before in the block: of eight
// kinds of literals and two of matches, how many of each.
type change struct {
	before, lately   [kinds]int
	nBefore, nLately int
}

const (
	kinds = 10
	// longMatch tells the two kinds of matches apart.
	longMatch = 9
	// lookEvery is how many tokens are compared at a time.
	lookEvery = 512
	// minBlock is the least number of bytes a table is worth.
	minBlock = 5000
	// fewTokens and fewBytes are a young block, whose numbers say less.
	fewTokens = 8192
	fewBytes  = 10_000
)

func (c *change) sawLiteral(b byte) {
	c.lately[b>>5&6|b&1]++
	c.nLately++
}

func (c *change) sawMatch(length int) {
	kind := 8
	if length >= longMatch {
		kind = 9
	}
	c.lately[kind]++
	c.nLately++
}

// ends says whether the block should end, of which so many bytes are done, with
// so many to come.
func (c *change) ends(done, left int) bool {
	if c.nLately < lookEvery || done < minBlock || left < minBlock {
		return false
	}
	if c.nBefore > 0 && c.differs(done) {
		return true
	}
	for i := range c.before {
		c.before[i] += c.lately[i]
	}
	c.nBefore += c.nLately
	c.lately, c.nLately = [kinds]int{}, 0
	return false
}

// differs compares the two counts, each scaled by the other's sum. The longer a
// block, the less is enough.
func (c *change) differs(done int) bool {
	delta := 0
	for i := range c.before {
		d := c.lately[i]*c.nBefore - c.before[i]*c.nLately
		delta += max(d, -d)
	}
	enough := c.nLately * c.nBefore * 200 / 512
	if n := c.nBefore + c.nLately; done < fewBytes && n < fewTokens {
		enough += enough * (fewTokens - n) / fewTokens
	}
	return delta+done/4096*c.nBefore >= enough
}
