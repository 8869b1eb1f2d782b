package verify

import (
	"bytes"
	"compress/zlib"
	"crypto"
	_ "crypto/sha1" // Apple's tools still make SHA-1 packages.
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/binary"
	"io"
)

const (
	headerSize   = 28
	maxPackedTOC = 4 << 20
	maxTOC       = 16 << 20
	// maxTags bounds what the elements take in memory once they are parsed; a
	// file of a package has about 40 tags.
	maxTags = 250_000
)

// xarFile is the outer archive as far as it was read.
type xarFile struct {
	hash     crypto.Hash
	packed   int64 // bytes of the compressed table of contents
	unpacked int64
	heap     int64 // where the heap begins in the file
	tocSum   []byte
	toc      tocXML
	members  []*member
	heapEnd  int64 // end of the last byte range the table of contents claims
}

// digestAlgorithms are the header's numbers; Apple's library refuses 0 (none)
// and 2 (MD5).
var digestAlgorithms = map[uint32]crypto.Hash{1: crypto.SHA1, 3: crypto.SHA256, 4: crypto.SHA512}

func (v *verifier) readHeader() bool {
	s := v.at(LayerHeader, "")
	raw := make([]byte, headerSize)
	if _, err := v.r.ReadAt(raw, 0); err != nil {
		s.fail("the file has %d bytes, less than a header's %d (%v)", v.size, headerSize, err)
		return false
	}
	if string(raw[:4]) != "xar!" {
		s.fail("the file begins with %q instead of \"xar!\": not a flat package", raw[:4])
		return false
	}
	if n := binary.BigEndian.Uint16(raw[4:]); n != headerSize {
		s.fail("claims a header of %d bytes; Apple's library takes the heap to begin after %d", n, headerSize)
	}
	if n := binary.BigEndian.Uint16(raw[6:]); n != 1 {
		s.fail("format version %d instead of 1", n)
	}
	v.checkLengths(s, binary.BigEndian.Uint64(raw[8:]), binary.BigEndian.Uint64(raw[16:]))
	number := binary.BigEndian.Uint32(raw[24:])
	hash, known := digestAlgorithms[number]
	if v.xar.hash = hash; !known {
		s.fail("digest algorithm %d, which a Mac refuses (SHA-1 is 1, SHA-256 is 3)", number)
	}
	s.ok("version 1, %s, table of contents %d bytes packed, %d unpacked", hash, v.xar.packed, v.xar.unpacked)
	return !s.failed
}

func (v *verifier) checkLengths(s *scope, packed, unpacked uint64) {
	if packed == 0 || packed > maxPackedTOC || int64(packed) > v.size-headerSize {
		s.fail("the table of contents claims %d packed bytes in a file of %d", packed, v.size)
		return
	}
	if unpacked == 0 || unpacked > maxTOC {
		s.fail("the table of contents claims %d unpacked bytes, more than %d", unpacked, maxTOC)
		return
	}
	v.xar.packed, v.xar.unpacked = int64(packed), int64(unpacked)
	v.xar.heap = headerSize + v.xar.packed
}

// unpackTOC wants one zlib stream that fills its space and unpacks to exactly
// the stated length; Apple's library notices neither, others refuse both.
func (v *verifier) unpackTOC(s *scope) []byte {
	packed := make([]byte, v.xar.packed)
	if _, err := v.r.ReadAt(packed, headerSize); err != nil {
		s.fail("reading its bytes: %v", err)
		return nil
	}
	sum := v.xar.hash.New()
	sum.Write(packed)
	v.xar.tocSum = sum.Sum(nil)
	from := bytes.NewReader(packed)
	stream, err := zlib.NewReader(from)
	if err != nil {
		s.fail("not a zlib stream: %v", err)
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(stream, v.xar.unpacked+1))
	switch {
	case err != nil:
		s.fail("unpacking it: %v", err)
		return nil
	case int64(len(text)) != v.xar.unpacked:
		s.fail("unpacks to %d bytes or more, the header says %d", len(text), v.xar.unpacked)
		return nil
	}
	// The stream's own end, with its checksum, shows only on the read after.
	if _, err := stream.Read(make([]byte, 1)); err != io.EOF {
		s.fail("unpacking its end: %v", err)
	}
	if from.Len() > 0 {
		s.fail("%d bytes follow the zlib stream", from.Len())
	}
	return text
}
