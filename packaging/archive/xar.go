package archive

import (
	"bytes"
	"compress/zlib"
	"crypto"
	_ "crypto/sha1" // Apple's tools still name SHA-1 in every package.
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const (
	xarMagic      = "xar!"
	xarHeaderSize = 28
	maxTOCPacked  = 4 << 20
)

// xarMember is a file element of a xar's table of contents, with its path.
type xarMember struct {
	path     string
	offset   int64 // from the beginning of the heap
	length   int64 // bytes in the heap
	size     int64 // bytes once decoded
	encoding string
	archived digest
}

// digest is a checksum as the table of contents writes it.
type digest struct {
	Style string `xml:"style,attr"`
	Hex   string `xml:",chardata"`
}

func (d digest) hash() (crypto.Hash, bool) {
	switch strings.ToLower(d.Style) {
	case "sha1":
		return crypto.SHA1, true
	case "sha256":
		return crypto.SHA256, true
	case "sha512":
		return crypto.SHA512, true
	}
	return 0, false
}

type xarFile struct {
	Names []string `xml:"name"`
	Type  string   `xml:"type"`
	Data  *struct {
		Length   int64 `xml:"length"`
		Offset   int64 `xml:"offset"`
		Size     int64 `xml:"size"`
		Encoding struct {
			Style string `xml:"style,attr"`
		} `xml:"encoding"`
		Archived digest `xml:"archived-checksum"`
	} `xml:"data"`
	Files []xarFile `xml:"file"`
}

// xar is an opened xar archive.
type xar struct {
	r       io.ReaderAt
	heap    int64 // where the heap begins in the file
	heapLen int64
	members []xarMember
}

func openXar(r io.ReaderAt, size int64, limits Limits) (*xar, error) {
	raw := make([]byte, xarHeaderSize)
	if _, err := r.ReadAt(raw, 0); err != nil {
		return nil, readFault(LayerHeader, err, "the file is shorter than a xar header")
	}
	headerSize := int64(binary.BigEndian.Uint16(raw[4:]))
	packed := binary.BigEndian.Uint64(raw[8:])
	unpacked := binary.BigEndian.Uint64(raw[16:])
	switch {
	case string(raw[:4]) != xarMagic:
		return nil, damaged(LayerHeader, nil, "the file begins with %q instead of %q", raw[:4], xarMagic)
	case headerSize < xarHeaderSize:
		return nil, damaged(LayerHeader, nil, "the header claims %d bytes instead of %d", headerSize, xarHeaderSize)
	case packed > maxTOCPacked || int64(packed) > size-headerSize:
		return nil, damaged(LayerHeader, nil, "the table of contents claims %d bytes, packed, in a file of %d", packed, size)
	case unpacked > uint64(limits.TOC):
		return nil, damaged(LayerHeader, nil, "the table of contents claims %d bytes, more than %d", unpacked, limits.TOC)
	}
	x := &xar{r: r, heap: headerSize + int64(packed)}
	x.heapLen = size - x.heap
	return x, x.readTOC(io.NewSectionReader(r, headerSize, int64(packed)), int64(unpacked))
}

func (x *xar) readTOC(packed io.Reader, unpacked int64) error {
	stream, err := zlib.NewReader(packed)
	if err != nil {
		return damaged(LayerTOC, err, "not zlib")
	}
	text, err := io.ReadAll(io.LimitReader(stream, unpacked+1))
	if err != nil {
		return readFault(LayerTOC, err, "unpacking it")
	}
	if int64(len(text)) != unpacked {
		return damaged(LayerTOC, nil, "does not unpack to the %d bytes the header states", unpacked)
	}
	return x.parseTOC(text)
}

func (x *xar) parseTOC(text []byte) error {
	var toc struct {
		XMLName xml.Name  `xml:"xar"`
		Files   []xarFile `xml:"toc>file"`
	}
	if err := xml.NewDecoder(bytes.NewReader(text)).Decode(&toc); err != nil {
		return damaged(LayerTOC, err, "not the XML it should be")
	}
	return x.collect("", toc.Files)
}

// collect flattens the tree of files; the archive is only looked into, so names
// are used to find members and never to write.
func (x *xar) collect(dir string, files []xarFile) error {
	for _, file := range files {
		if len(file.Names) == 0 {
			return damaged(LayerTOC, nil, "a file below %q has no name", dir)
		}
		// productsign writes a name twice; the first is the one that counts.
		name, err := cleanName(LayerTOC, file.Names[0])
		if err != nil {
			return err
		}
		if err := x.add(dir+name, file); err != nil {
			return err
		}
		if err := x.collect(dir+name+"/", file.Files); err != nil {
			return err
		}
	}
	return nil
}

func (x *xar) add(path string, file xarFile) error {
	if file.Data == nil {
		return nil
	}
	d := file.Data
	if d.Offset < 0 || d.Length < 0 || d.Size < 0 || d.Offset > x.heapLen || d.Length > x.heapLen-d.Offset {
		return damaged(LayerTOC, nil, "%q claims bytes %d to %d+%d of a heap of %d", path, d.Offset, d.Offset, d.Length, x.heapLen)
	}
	x.members = append(x.members, xarMember{
		path: path, offset: d.Offset, length: d.Length, size: d.Size,
		encoding: d.Encoding.Style, archived: d.Archived,
	})
	return nil
}

// open decodes one member. Reading it to its end also checks the checksum of
// the bytes as they lie in the heap.
func (x *xar) open(m xarMember) (io.Reader, error) {
	raw, err := x.checked(m)
	if err != nil {
		return nil, err
	}
	switch m.encoding {
	case "", "application/octet-stream":
		return raw, nil
	case "application/x-gzip": // in truth zlib framing
		stream, err := zlib.NewReader(raw)
		if err != nil {
			return nil, readFault(LayerHeap, err, "%q is not the zlib stream it claims to be", m.path)
		}
		return &decoded{r: stream, left: m.size, path: m.path}, nil
	}
	return nil, unfit(LayerTOC, mendExpand, "%q is encoded as %s, which is not read here", m.path, m.encoding)
}

func (x *xar) checked(m xarMember) (io.Reader, error) {
	section := io.NewSectionReader(x.r, x.heap+m.offset, m.length)
	hash, ok := m.archived.hash()
	if !ok {
		return nil, unfit(LayerTOC, mendExpand, "%q has a checksum of style %q, which is not read here", m.path, m.archived.Style)
	}
	return &checkedReader{r: section, sum: hash.New(), want: strings.TrimSpace(m.archived.Hex), path: m.path}, nil
}

// errTooLong marks a member that unpacks to more than it claimed.
var errTooLong = errors.New("it unpacks to more than its stated size")

type decoded struct {
	r    io.Reader
	left int64
	path string
}

func (d *decoded) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if d.left -= int64(n); d.left < 0 {
		return 0, damaged(LayerHeap, errTooLong, "%q", d.path)
	}
	if err != nil && err != io.EOF {
		err = readFault(LayerHeap, err, "unpacking %q", d.path)
	}
	return n, err
}
