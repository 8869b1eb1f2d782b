package verify

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"fmt"
	"hash"
	"io"
	"slices"
)

// claim is a byte range of the heap that something owns.
type claim struct {
	from, to int64
	owner    string
}

func (v *verifier) claims() []claim {
	toc := v.xar.toc.TOC[0]
	var out []claim
	add := func(owner string, offset, size *int64) {
		if offset != nil && size != nil && *size > 0 {
			out = append(out, claim{*offset, *offset + *size, owner})
		}
	}
	for _, c := range toc.Checksums {
		add("the checksum", c.Offset, c.Size)
	}
	for _, c := range toc.Signature {
		add("the RSA signature", c.Offset, c.Size)
	}
	for _, c := range toc.XSignature {
		add("the CMS signature", c.Offset, c.Size)
	}
	for _, m := range v.xar.members {
		add(m.path, &m.offset, &m.length)
	}
	out = append(out, attributeClaims("", toc.Files)...)
	slices.SortFunc(out, func(a, b claim) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return out
}

// attributeClaims are the ranges of extended attributes, which no package
// needs but xar can carry.
func attributeClaims(dir string, files []tocFile) []claim {
	var out []claim
	for _, file := range files {
		for _, ea := range file.EAs {
			if ea.Offset != nil && ea.Length != nil && *ea.Length > 0 {
				out = append(out, claim{*ea.Offset, *ea.Offset + *ea.Length, dir + "an extended attribute"})
			}
		}
		out = append(out, attributeClaims(dir, file.Files)...)
	}
	return out
}

// checkRanges wants every claim inside the heap and none over another.
func (v *verifier) checkRanges() {
	s := v.at(LayerHeap, "")
	heap := v.size - v.xar.heap
	claims := v.claims()
	var last claim // the one that reaches furthest
	for _, c := range claims {
		if c.from < 0 || c.to > heap || c.to < c.from {
			s.fail("%s claims bytes %d to %d of a heap of %d", c.owner, c.from, c.to, heap)
			continue
		}
		if c.from < last.to {
			overlap(s, last, c)
		} else if c.from > last.to {
			s.warn("bytes %d to %d belong to nothing, and no digest covers them", last.to, c.from)
		}
		if c.to > last.to {
			last = c
		}
	}
	v.xar.heapEnd = last.to
	s.ok("%d byte ranges, none over another", len(claims))
}

func overlap(s *scope, a, b claim) {
	if a.from == b.from && a.to == b.to {
		s.note("%s and %s share their bytes, as xar --coalesce-heap does", a.owner, b.owner)
		return
	}
	s.fail("%s (bytes %d to %d) lies over %s (%d to %d)", b.owner, b.from, b.to, a.owner, a.from, a.to)
}

// open decodes a member as a stream of exactly size bytes.
func (v *verifier) open(m *member) (io.Reader, error) {
	raw := io.NewSectionReader(v.r, v.xar.heap+m.offset, m.length)
	switch m.encoding {
	case "", "application/octet-stream":
		return raw, nil
	case "application/x-gzip": // in truth zlib framing
		stream, err := zlib.NewReader(raw)
		if err != nil {
			return nil, fmt.Errorf("unpacking zlib: %w", err)
		}
		return io.LimitReader(stream, m.size+1), nil
	}
	return nil, fmt.Errorf("the encoding %s cannot be checked, and packages have no use for it", m.encoding)
}

// read is open for a member that is read whole, such as XML.
func (v *verifier) read(m *member, limit int64) ([]byte, error) {
	if m.size > limit {
		return nil, fmt.Errorf("%d bytes are more than the %d it may have", m.size, limit)
	}
	stream, err := v.open(m)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(stream, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > limit {
		return nil, fmt.Errorf("it unpacks to more than the %d bytes it may have", limit)
	}
	return raw, nil
}

// checkDigests reads every member once for both of its checksums.
func (v *verifier) checkDigests() {
	for _, m := range v.xar.members {
		s := v.at(LayerHeap, m.path)
		v.checkArchived(s, m)
		v.checkExtracted(s, m)
		s.ok("%d bytes, both checksums match", m.size)
	}
}

func (v *verifier) checkArchived(s *scope, m *member) {
	sum := newSum(m.data.Archived)
	if sum == nil {
		return // said with the table of contents
	}
	if _, err := io.Copy(sum, io.NewSectionReader(v.r, v.xar.heap+m.offset, m.length)); err != nil {
		s.fail("reading it: %v", err)
		return
	}
	sum.compare(s, "archived-checksum")
}

func (v *verifier) checkExtracted(s *scope, m *member) {
	stream, err := v.open(m)
	if err != nil {
		s.fail("%v", err)
		return
	}
	to := io.Discard
	sum := newSum(append(m.data.Extracted, m.data.Unarchived...))
	if sum != nil {
		to = sum
	}
	n, err := io.Copy(to, stream)
	if err != nil {
		s.fail("unpacking it: %v", err)
		return
	}
	if n != m.size {
		s.fail("holds %d bytes or more, its size says %d", n, m.size)
	}
	if sum != nil {
		sum.compare(s, "extracted-checksum")
	}
}

// runningSum is a digest in the making and what it should become.
type runningSum struct {
	hash.Hash
	want []byte
}

func newSum(digests []tocDigest) *runningSum {
	if len(digests) == 0 {
		return nil
	}
	kind, want, ok := digests[0].sum()
	if !ok {
		return nil
	}
	return &runningSum{kind.New(), want}
}

func (r *runningSum) compare(s *scope, name string) {
	if got := r.Sum(nil); !bytes.Equal(got, r.want) {
		s.fail("its %s is %x, the table of contents says %x", name, got, r.want)
	}
}
