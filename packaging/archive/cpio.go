package archive

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strconv"
)

const (
	odcMagic      = "070707"
	odcHeaderSize = 76
	cpioTrailer   = "TRAILER!!!"
	typeMask      = 0o170000
	typeDir       = 0o040000
	typeFile      = 0o100000
	typeLink      = 0o120000
)

// odcHeader is the part of a portable (POSIX.1 "odc") cpio header that matters
// here: eight fields of 6 octal digits, an mtime of 11, a name length of 6 and
// a file size of 11.
type odcHeader struct {
	dev, ino, mode, nlink uint64
	nameSize, fileSize    int64
}

func parseOdc(raw []byte) (odcHeader, error) {
	var h odcHeader
	if err := checkMagic(raw); err != nil {
		return h, err
	}
	widths := []int{6, 6, 6, 6, 6, 6, 6, 11, 6, 11}
	fields := make([]uint64, len(widths))
	for i, at := 0, 6; i < len(widths); i++ {
		text := string(raw[at : at+widths[i]])
		at += widths[i]
		n, err := strconv.ParseUint(text, 8, 64)
		if err != nil {
			return h, damaged(LayerCpio, nil, "field %d of a header is %q, not octal", i+1, text)
		}
		fields[i] = n
	}
	h.dev, h.ino, h.mode, h.nlink = fields[0], fields[1], fields[2], fields[5]
	h.nameSize, h.fileSize = int64(fields[8]), int64(fields[9])
	return h, nil
}

func checkMagic(raw []byte) error {
	switch magic := string(raw[:6]); magic {
	case odcMagic:
		return nil
	case "070701", "070702":
		return unfit(LayerCpio, "write it with cpio --format odc, or give the .app folder", "this is the newc format, which macOS packages do not use")
	default:
		return damaged(LayerCpio, nil, "a member begins with %q instead of %s", magic, odcMagic)
	}
}

// walkCpio visits every member of an odc stream up to its trailer.
func walkCpio(r io.Reader, limits Limits, visit visitor) error {
	spent := budget{limits: limits, layer: LayerCpio}
	links := map[[2]uint64]int64{}
	for {
		entry, h, err := nextCpio(r)
		if err != nil {
			return err
		}
		if entry.Name == cpioTrailer {
			return nil
		}
		if err := spent.spend(entry.Name, h.fileSize); err != nil {
			return err
		}
		if err := checkHardLink(links, entry, h); err != nil {
			return err
		}
		body := &io.LimitedReader{R: r, N: entry.Size}
		if err := visit(entry, body); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			return readFault(LayerCpio, err, "reading %q", entry.Name)
		}
		if body.N > 0 {
			return damaged(LayerCpio, nil, "%q ends %d bytes early", entry.Name, body.N)
		}
	}
}

// nextCpio reads one header with its name, and the target of a link.
func nextCpio(r io.Reader) (Entry, odcHeader, error) {
	var raw [odcHeaderSize]byte
	if _, err := io.ReadFull(r, raw[:]); err != nil {
		return Entry{}, odcHeader{}, readFault(LayerCpio, err, "the archive ends without its trailer")
	}
	h, err := parseOdc(raw[:])
	if err != nil {
		return Entry{}, h, err
	}
	name, err := cpioName(r, h)
	if err != nil || name == cpioTrailer {
		return Entry{Name: name}, h, err
	}
	entry := Entry{}
	if entry.Name, err = cleanName(LayerCpio, name); err != nil {
		return entry, h, err
	}
	return cpioEntry(r, entry, h)
}

func cpioName(r io.Reader, h odcHeader) (string, error) {
	if h.nameSize < 2 || h.nameSize > maxName+3 {
		return "", damaged(LayerCpio, nil, "a name claims %d bytes", h.nameSize)
	}
	name := make([]byte, h.nameSize)
	if _, err := io.ReadFull(r, name); err != nil {
		return "", readFault(LayerCpio, err, "the archive ends inside a name")
	}
	if end := bytes.IndexByte(name, 0); end != len(name)-1 {
		return "", damaged(LayerCpio, nil, "the name %q does not end with its only NUL", name)
	}
	return string(name[:len(name)-1]), nil
}

func cpioEntry(r io.Reader, entry Entry, h odcHeader) (Entry, odcHeader, error) {
	entry.Mode = fs.FileMode(h.mode & 0o777)
	switch h.mode & typeMask {
	case typeFile:
		entry.Size = h.fileSize
		if h.mode&0o6000 != 0 {
			entry.Mode |= fs.ModeSetuid
		}
		return entry, h, nil
	case typeDir:
		entry.Mode |= fs.ModeDir
		if h.fileSize != 0 {
			return entry, h, damaged(LayerCpio, nil, "the folder %q claims %d bytes", entry.Name, h.fileSize)
		}
		return entry, h, nil
	case typeLink:
		entry.Mode |= fs.ModeSymlink
		if h.fileSize > maxName {
			return entry, h, damaged(LayerCpio, nil, "the link %q claims a target of %d bytes", entry.Name, h.fileSize)
		}
		target := make([]byte, h.fileSize)
		if _, err := io.ReadFull(r, target); err != nil {
			return entry, h, readFault(LayerCpio, err, "the archive ends inside the link %q", entry.Name)
		}
		entry.Link, h.fileSize = string(target), 0
		return entry, h, nil
	}
	return entry, h, damaged(LayerCpio, nil, "%q is neither file, folder nor link (mode %o)", entry.Name, h.mode)
}

// checkHardLink refuses a second name that carries no data of its own: what it
// stands for cannot be streamed any more.
func checkHardLink(seen map[[2]uint64]int64, entry Entry, h odcHeader) error {
	if !entry.Mode.IsRegular() || h.nlink < 2 {
		return nil
	}
	key := [2]uint64{h.dev, h.ino}
	if size, ok := seen[key]; ok && size != entry.Size {
		return unfit(LayerCpio, "give the .app folder", "%q is a hard link without its data", entry.Name)
	}
	seen[key] = entry.Size
	return nil
}

// readFault keeps the errors of the layers underneath and names a plain end of
// input for what it is.
func readFault(layer Layer, err error, format string, args ...any) error {
	if known := (*Error)(nil); errors.As(err, &known) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return damaged(layer, err, format, args...)
}
