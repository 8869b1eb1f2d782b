package verify

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	machHeader      = 32
	maxCommands     = 4 << 20
	maxSignature    = 64 << 20
	loadSegment64   = 0x19
	loadSignature   = 0x1d
	typeExecute     = 2
	typeDylib       = 6
	typeDylinker    = 7
	typeBundle      = 8
	typeKext        = 11
	segmentFileOff  = 40
	segmentFileSize = 48
)

// image is what a slice's load commands say.
type image struct {
	cpu, subtype, kind uint32
	signature          slice // offset and size of LC_CODE_SIGNATURE's data
}

// loads tells the kinds of file that the kernel or dyld map as code.
func (i image) loads() bool {
	switch i.kind {
	case typeExecute, typeDylib, typeDylinker, typeBundle, typeKext:
		return true
	}
	return false
}

// checkSlice reads one Mach-O image that begins where m is.
func checkSlice(s *scope, m *machReader, part slice, fat bool) error {
	head, err := m.r.Peek(min(machHeader, int(min(part.size, machHeader))))
	if err != nil {
		return err
	}
	if len(head) < machHeader || binary.BigEndian.Uint32(head) != magicThin {
		if len(head) >= 4 && isMachO(append(head[:4:4], 0, 0, 0, 0)) {
			s.note("has an image for a kind of processor that Macs have no more")
			return nil
		}
		return errors.New("is not a Mach-O image")
	}
	start := m.at
	img, pages, err := readImage(m, part)
	if err != nil {
		return err
	}
	if fat && (img.cpu != part.cpu || img.subtype&cpuSubtype != part.subtype&cpuSubtype) {
		return fmt.Errorf("the table says %#x/%d, the image is for %#x/%d", part.cpu, part.subtype, img.cpu, img.subtype)
	}
	part.cpu, part.subtype = img.cpu, img.subtype
	if img.signature.size == 0 {
		return unsigned(s, part, img)
	}
	return checkCodeSignature(s, m, part, img, pages, start)
}

// unsigned is a failure on arm64 only: the kernel kills such a program there.
func unsigned(s *scope, part slice, img image) error {
	if img.loads() && part.cpu == cpuARM64 {
		return errors.New("is not signed, not even ad hoc; the kernel of an Apple silicon Mac kills it")
	}
	s.note("its %s image is not signed, which %s does not ask for", part.arch(), part.arch())
	return nil
}

// readImage reads header and load commands; the bytes also go to the pages
// that the code signature covers.
func readImage(m *machReader, part slice) (image, *pageSums, error) {
	pages := newPageSums()
	head, err := m.read(machHeader)
	if err != nil {
		return image{}, nil, err
	}
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(head[at:]) }
	img := image{cpu: word(4), subtype: word(8), kind: word(12)}
	count, size := word(16), uint64(word(20))
	if size > maxCommands || size > part.size-machHeader {
		return img, nil, fmt.Errorf("its load commands claim %d bytes", size)
	}
	commands, err := m.read(size)
	if err != nil {
		return img, nil, err
	}
	_, _ = pages.Write(head)
	_, _ = pages.Write(commands)
	return img, pages, img.parse(commands, count, part.size)
}

func (i *image) parse(commands []byte, count uint32, size uint64) error {
	for n := range count {
		if len(commands) < 8 {
			return fmt.Errorf("load command %d of %d is cut short", n+1, count)
		}
		kind, length := binary.LittleEndian.Uint32(commands), binary.LittleEndian.Uint32(commands[4:])
		if length < 8 || uint64(length) > uint64(len(commands)) {
			return fmt.Errorf("load command %d claims %d bytes", n+1, length)
		}
		if err := i.command(kind, commands[:length], size); err != nil {
			return fmt.Errorf("load command %d: %w", n+1, err)
		}
		commands = commands[length:]
	}
	return nil
}

func (i *image) command(kind uint32, raw []byte, size uint64) error {
	switch {
	case kind == loadSegment64 && len(raw) >= segmentFileSize+8:
		offset, length := binary.LittleEndian.Uint64(raw[segmentFileOff:]), binary.LittleEndian.Uint64(raw[segmentFileSize:])
		// An object's or a debug file's segments may be elsewhere.
		if i.loads() && (length > size || offset > size-length) {
			return fmt.Errorf("a segment claims bytes %d+%d of %d", offset, length, size)
		}
	case kind == loadSignature && len(raw) >= 16:
		i.signature = slice{offset: uint64(binary.LittleEndian.Uint32(raw[8:])), size: uint64(binary.LittleEndian.Uint32(raw[12:]))}
		if sig := i.signature; sig.size > maxSignature || sig.offset+sig.size > size || sig.offset < machHeader {
			return fmt.Errorf("the code signature claims bytes %d+%d of %d", sig.offset, sig.size, size)
		}
	}
	return nil
}
