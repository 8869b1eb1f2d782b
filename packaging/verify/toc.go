package verify

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/xml"
	"strings"
)

// tocXML is the table of contents, with slices where one element is expected,
// so that a second one is seen and not swallowed.
type tocXML struct {
	XMLName xml.Name `xml:"xar"`
	TOC     []struct {
		Created    string      `xml:"creation-time"`
		Checksums  []tocRange  `xml:"checksum"`
		Signature  []tocSigned `xml:"signature"`
		XSignature []tocSigned `xml:"x-signature"`
		Files      []tocFile   `xml:"file"`
	} `xml:"toc"`
}

type tocRange struct {
	Style  string `xml:"style,attr"`
	Offset *int64 `xml:"offset"`
	Size   *int64 `xml:"size"`
}

type tocSigned struct {
	tocRange
	Certificates []string `xml:"KeyInfo>X509Data>X509Certificate"`
}

type tocFile struct {
	ID    string `xml:"id,attr"`
	Names []struct {
		Encoding string `xml:"enctype,attr"`
		Text     string `xml:",chardata"`
	} `xml:"name"`
	Types []string  `xml:"type"`
	Data  []tocData `xml:"data"`
	EAs   []tocData `xml:"ea"`
	Files []tocFile `xml:"file"`
}

type tocData struct {
	Length   *int64 `xml:"length"`
	Offset   *int64 `xml:"offset"`
	Size     *int64 `xml:"size"`
	Encoding struct {
		Style string `xml:"style,attr"`
	} `xml:"encoding"`
	Extracted  []tocDigest `xml:"extracted-checksum"`
	Unarchived []tocDigest `xml:"unarchived-checksum"`
	Archived   []tocDigest `xml:"archived-checksum"`
}

type tocDigest struct {
	Style string `xml:"style,attr"`
	Hex   string `xml:",chardata"`
}

// sum decodes a digest of a style that is known and has the right length.
func (d tocDigest) sum() (crypto.Hash, []byte, bool) {
	hash, known := hashByStyle[d.Style]
	raw, err := hex.DecodeString(strings.TrimSpace(d.Hex))
	return hash, raw, known && err == nil && len(raw) == hash.Size()
}

// hashByStyle has the names as tools write them, whose case is not mixed.
var hashByStyle = map[string]crypto.Hash{
	"sha1": crypto.SHA1, "sha256": crypto.SHA256, "sha512": crypto.SHA512,
	"SHA1": crypto.SHA1, "SHA256": crypto.SHA256, "SHA512": crypto.SHA512,
}

// member is one file of the table of contents that has data.
type member struct {
	path     string
	offset   int64 // from the beginning of the heap
	length   int64 // bytes in the heap
	size     int64 // bytes once decoded
	encoding string
	data     tocData
}

func (v *verifier) readTOC() bool {
	s := v.at(LayerTOC, "")
	text := v.unpackTOC(s)
	if text == nil {
		return false
	}
	if n := bytes.Count(text, []byte("<")); n > maxTags {
		s.fail("%d tags are more than the %d it may have", n, maxTags)
		return false
	}
	if err := decodeXML(text, &v.xar.toc); err != nil {
		s.fail("not the XML it should be: %v", err)
		return false
	}
	tocWords.check(s, text)
	if len(v.xar.toc.TOC) != 1 {
		s.fail("holds %d <toc> elements instead of one", len(v.xar.toc.TOC))
		return false
	}
	v.checkTOCDigest(s)
	w := tocWalk{v: v, ids: map[string]string{}}
	w.folder(s, "", v.xar.toc.TOC[0].Files)
	s.ok("%d files with data, digest matches", len(v.xar.members))
	return true
}

// checkTOCDigest compares the digest that heads the heap. Header, style and
// size must agree, or Apple's library refuses the archive.
func (v *verifier) checkTOCDigest(s *scope) {
	sums := v.xar.toc.TOC[0].Checksums
	if len(sums) != 1 || sums[0].Offset == nil || sums[0].Size == nil {
		s.fail("has no single, complete <checksum>")
		return
	}
	style, size := hashByStyle[sums[0].Style], *sums[0].Size
	if style != v.xar.hash {
		s.fail("checksum style %q, but the header says %s", sums[0].Style, v.xar.hash)
		return
	}
	if size != int64(v.xar.hash.Size()) {
		s.fail("claims a checksum of %d bytes, %s has %d", size, v.xar.hash, v.xar.hash.Size())
		return
	}
	stored := make([]byte, size)
	if _, err := v.r.ReadAt(stored, v.xar.heap+*sums[0].Offset); err != nil {
		s.fail("its checksum lies outside the file: %v", err)
		return
	}
	if !bytes.Equal(stored, v.xar.tocSum) {
		s.fail("its digest is %x, the heap says %x", v.xar.tocSum, stored)
	}
}
