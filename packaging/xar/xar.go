// Package xar writes the outer archive of a flat package: a header, a
// compressed table of contents in XML, and a heap of byte ranges.
//
// It writes what Apple's own writer does and nothing that is optional, since
// readers disagree about the rest: 28 bytes of header, digests of both the
// stored and the decoded bytes of every file, no times and owners of files.
// Data passes in one step: the files' sizes and digests are known before
// anything is written, because the table of contents comes first; contents are
// then copied from wherever they lie. The package knows neither what the files
// mean nor how a signature is made.
package xar

import (
	"bytes"
	"compress/zlib"
	"crypto"
	_ "crypto/sha1" // What every reader of packages reads.
	_ "crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// File is one file of the archive. Make it with Stored or Packed.
type File struct {
	Name      string
	size      int64 // decoded
	length    int64 // in the heap
	encoding  string
	extracted []byte
	archived  []byte
	copy      func(io.Writer) error
}

const (
	styleStored = "application/octet-stream"
	styleZlib   = "application/x-gzip" // is zlib framing in truth
)

// Stored is a file whose size bytes, with the given digest, are written as
// they are by copy when the archive is.
func Stored(name string, size int64, digest []byte, copy func(io.Writer) error) File {
	return File{name, size, size, styleStored, digest, digest, copy}
}

// Packed is a small file that is compressed in the heap.
func Packed(name string, content []byte, hash crypto.Hash) File {
	return Pack(content, hash).File(name, hash)
}

// Blob is a small file's content, compressed as hard as can be, which takes a
// while: so it can be kept as JSON.
type Blob struct {
	Size   int64  `json:"size"`   // unpacked
	Digest []byte `json:"digest"` // of the same
	Packed []byte `json:"packed"`
}

// Pack compresses content.
func Pack(content []byte, hash crypto.Hash) Blob {
	return Blob{int64(len(content)), digest(hash, content), compress(content)}
}

// File is the blob under a name; hash is the one that it was packed with.
func (b Blob) File(name string, hash crypto.Hash) File {
	copy := func(w io.Writer) error {
		_, err := w.Write(b.Packed)
		return err
	}
	return File{name, b.Size, int64(len(b.Packed)), styleZlib, b.Digest, digest(hash, b.Packed), copy}
}

// Signature makes the two signatures of a table of contents. Certificates are
// DER, the signing one first. The sizes are needed before the digest exists.
type Signature struct {
	Certificates     [][]byte
	RSASize, CMSSize int
	Sign             func(digest []byte, hash crypto.Hash) (rsa, cms []byte, err error)
}

// Archive is what Seal lays out: files at the top, and a folder of files.
type Archive struct {
	Hash      crypto.Hash // SHA1 or SHA256
	Created   time.Time
	Top       []File
	Folder    string
	Files     []File
	Signature *Signature // nil: unsigned
}

// Sealed is an archive whose table of contents is final and signed.
type Sealed struct {
	head  []byte // header, table of contents, digest and signatures
	files []File // in the order of the heap
}

// Seal lays the archive out: the folder's files come first in the heap. It asks
// for the signature, once.
func (a Archive) Seal() (*Sealed, error) {
	algorithm, style, err := a.algorithm()
	if err != nil {
		return nil, err
	}
	toc := a.toc(style)
	packed := compress(toc)
	head := []byte("xar!")
	head = binary.BigEndian.AppendUint16(head, headerSize)
	head = binary.BigEndian.AppendUint16(head, 1)
	head = binary.BigEndian.AppendUint64(head, uint64(len(packed)))
	head = binary.BigEndian.AppendUint64(head, uint64(len(toc)))
	head = binary.BigEndian.AppendUint32(head, algorithm)
	sum := digest(a.Hash, packed)
	signatures, err := a.sign(sum)
	if err != nil {
		return nil, err
	}
	head = append(append(append(head, packed...), sum...), signatures...)
	return &Sealed{head, append(a.Files[:len(a.Files):len(a.Files)], a.Top...)}, nil
}

// Write writes the archive to w. It may be called any number of times, also at
// the same time if the files' copy functions allow for it.
func (s *Sealed) Write(w io.Writer) error {
	if _, err := w.Write(s.head); err != nil {
		return fmt.Errorf("writing archive: %w", err)
	}
	for _, f := range s.files {
		if err := f.copy(w); err != nil {
			return fmt.Errorf("writing %s: %w", f.Name, err)
		}
	}
	return nil
}

// headerSize is fixed: Apple's library takes the heap to begin 28 bytes and the
// table of contents into the file, whatever the header says.
const headerSize = 28

func (a Archive) algorithm() (number uint32, style string, err error) {
	switch a.Hash {
	case crypto.SHA1:
		return 1, "sha1", nil
	case crypto.SHA256:
		return 3, "sha256", nil
	}
	return 0, "", fmt.Errorf("writing archive: %v is no digest a Mac takes; use SHA-1 or SHA-256", a.Hash)
}

func (a Archive) sign(sum []byte) ([]byte, error) {
	if a.Signature == nil {
		return nil, nil
	}
	rsa, cms, err := a.Signature.Sign(sum, a.Hash)
	if err != nil {
		return nil, err
	}
	if len(rsa) != a.Signature.RSASize || len(cms) != a.Signature.CMSSize {
		return nil, fmt.Errorf("signing archive: signatures of %d and %d bytes where %d and %d were announced", len(rsa), len(cms), a.Signature.RSASize, a.Signature.CMSSize)
	}
	return append(rsa[:len(rsa):len(rsa)], cms...), nil
}

func compress(raw []byte) []byte {
	var out bytes.Buffer
	z, _ := zlib.NewWriterLevel(&out, zlib.BestCompression) // fails for a wrong level only
	_, _ = z.Write(raw)
	_ = z.Close()
	return out.Bytes()
}

func digest(hash crypto.Hash, raw []byte) []byte {
	h := hash.New()
	h.Write(raw)
	return h.Sum(nil)
}
