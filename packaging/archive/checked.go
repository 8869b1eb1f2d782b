package archive

import (
	"encoding/hex"
	"hash"
	"io"
	"strings"
)

// checkedReader compares what was read with a checksum when the end is reached.
type checkedReader struct {
	r    io.Reader
	sum  hash.Hash
	want string
	path string
}

func (c *checkedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.sum.Write(p[:n])
	if err == io.EOF {
		if got := hex.EncodeToString(c.sum.Sum(nil)); !strings.EqualFold(got, c.want) {
			return n, damaged(LayerHeap, nil, "%q has the checksum %s, the table of contents says %s", c.path, got, c.want)
		}
	}
	return n, err
}

// drain reads what a consumer left over, so that the checksum is compared even
// when an archive within ends before its container does.
func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
