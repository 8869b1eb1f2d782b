package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// The blobs of a code signature, all big-endian.
const (
	superBlob     = 0xfade0cc0
	codeDirectory = 0xfade0c02
	slotDirectory = 0
	slotAlternate = 0x1000
	lastAlternate = 0x1005
	hashSHA256    = 2
	flagAdhoc     = 0x2
	directorySize = 44
	// The versions of CodeDirectories that the kernel reads (cs_blobs.h of XNU).
	oldestDirectory, newestDirectory = 0x20001, 0x2f000
	// maxDirectories is one for each slot that macOS knows.
	maxDirectories = 1 + lastAlternate - slotAlternate + 1
)

// checkCodeSignature compares every page with the signature's list. A program
// that was changed after it was signed is killed when the page is first used.
func checkCodeSignature(s *scope, m *machReader, part slice, img image, pages *pageSums, start uint64) error {
	if err := m.copyTo(pages, start+img.signature.offset); err != nil {
		return err
	}
	blob, err := m.read(img.signature.size)
	if err != nil {
		return err
	}
	directories, err := codeDirectories(blob)
	if err != nil {
		return fmt.Errorf("code signature: %w", err)
	}
	for _, d := range directories {
		if d.hashType != hashSHA256 {
			continue
		}
		if err := d.check(pages, img.signature.offset); err != nil {
			return fmt.Errorf("code signature: %w", err)
		}
		s.ok("%s, signed as %s%s, %d pages match", part.arch(), d.identifier, d.kind(), d.codeSlots)
		return nil
	}
	s.note("its %s signature has no SHA-256 list of pages to check", part.arch())
	return nil
}

// directory is one CodeDirectory.
type directory struct {
	raw        []byte
	flags      uint32
	hashOffset uint32
	codeSlots  uint32
	codeLimit  uint64
	hashSize   uint8
	hashType   uint8
	pageShift  uint8
	identifier string
}

func (d directory) kind() string {
	if d.flags&flagAdhoc != 0 {
		return " ad hoc"
	}
	return ""
}

// codeDirectories finds the directories in a signature.
func codeDirectories(blob []byte) ([]directory, error) {
	if len(blob) < 12 || binary.BigEndian.Uint32(blob) != superBlob {
		return nil, errors.New("does not begin like one")
	}
	count := binary.BigEndian.Uint32(blob[8:])
	if uint64(count)*8+12 > uint64(len(blob)) {
		return nil, fmt.Errorf("claims %d parts in %d bytes", count, len(blob))
	}
	var out []directory
	for i := range count {
		slot, offset := binary.BigEndian.Uint32(blob[12+8*i:]), binary.BigEndian.Uint32(blob[16+8*i:])
		if slot != slotDirectory && (slot < slotAlternate || slot > lastAlternate) {
			continue
		}
		if uint64(offset) > uint64(len(blob)) {
			return nil, fmt.Errorf("part %d lies outside it", i)
		}
		d, err := parseDirectory(blob[offset:])
		if err != nil {
			return nil, err
		}
		if out = append(out, d); len(out) > maxDirectories {
			return nil, fmt.Errorf("has more than %d CodeDirectories", maxDirectories)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("has no CodeDirectory")
	}
	return out, nil
}

func parseDirectory(raw []byte) (directory, error) {
	if len(raw) < directorySize || binary.BigEndian.Uint32(raw) != codeDirectory {
		return directory{}, errors.New("has something else in the CodeDirectory's place")
	}
	word := func(at int) uint32 { return binary.BigEndian.Uint32(raw[at:]) }
	if uint64(word(4)) > uint64(len(raw)) || word(4) < directorySize {
		return directory{}, fmt.Errorf("the CodeDirectory claims %d bytes", word(4))
	}
	if version := word(8); version < oldestDirectory || version > newestDirectory {
		return directory{}, fmt.Errorf("the CodeDirectory is of version %#x", version)
	}
	d := directory{
		raw: raw[:word(4)], flags: word(12), hashOffset: word(16), codeSlots: word(28), codeLimit: uint64(word(32)),
		hashSize: raw[36], hashType: raw[37], pageShift: raw[39],
	}
	const version64 = 0x20300
	if word(8) >= version64 && len(d.raw) >= 64 && binary.BigEndian.Uint64(raw[56:]) != 0 {
		d.codeLimit = binary.BigEndian.Uint64(raw[56:])
	}
	if at := uint64(word(20)); at < uint64(len(d.raw)) {
		name, _, _ := bytes.Cut(d.raw[at:min(at+maxPath, uint64(len(d.raw)))], []byte{0})
		d.identifier = string(name)
	}
	if uint64(d.hashOffset)+uint64(d.codeSlots)*uint64(d.hashSize) > uint64(len(d.raw)) {
		return d, errors.New("the CodeDirectory's list of pages lies outside it")
	}
	return d, nil
}

func (d directory) check(pages *pageSums, end uint64) error {
	if d.hashSize != sha256.Size {
		return fmt.Errorf("SHA-256 sums of %d bytes", d.hashSize)
	}
	if d.codeLimit != end {
		return fmt.Errorf("covers %d bytes, but begins at %d", d.codeLimit, end)
	}
	var sums [][]byte
	switch d.pageShift {
	case 12:
		sums = pages.small.all()
	case 14:
		sums = pages.large.all()
	default:
		return fmt.Errorf("pages of 2^%d bytes, which no Mac uses", d.pageShift)
	}
	if len(sums) != int(d.codeSlots) {
		return fmt.Errorf("lists %d pages, there are %d", d.codeSlots, len(sums))
	}
	for i, sum := range sums {
		at := d.hashOffset + uint32(i)*sha256.Size
		if !bytes.Equal(sum, d.raw[at:at+sha256.Size]) {
			return fmt.Errorf("page %d was changed after it was signed; the kernel kills the program there", i)
		}
	}
	return nil
}
