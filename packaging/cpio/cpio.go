// Package cpio writes the "odc" archives that a flat package's Payload and
// Scripts are: old portable ASCII headers, names from "." down, no padding
// between members, and everything owned by root.
//
// It knows the format only: not what is packed, nor in what the stream is
// wrapped. Data passes through: a header, then exactly the bytes it announced.
// Inode numbers count up in the order of writing, times are one and the same,
// so equal members give equal bytes on every machine.
package cpio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

// The limits of the header's octal fields.
const (
	maxInode = 1<<18 - 1
	maxSize  = 1<<33 - 1
	maxTime  = 1<<33 - 1
	maxName  = 1<<18 - 2
	blocking = 512
	trailer  = "TRAILER!!!"
	linkMode = 0o120755
)

// Header is one member. Path is "." or slash-separated and relative; Links is
// the link count of a folder (its children and two), 0 means 1.
type Header struct {
	Path  string
	Mode  fs.FileMode
	Size  int64
	Link  string
	Links int
}

// Writer writes members to a stream.
type Writer struct {
	w       io.Writer
	mtime   int64
	inode   int
	left    int64 // of the current member's bytes
	current string
	written int64
}

// NewWriter starts an archive whose members all carry the time mtime.
func NewWriter(w io.Writer, mtime time.Time) *Writer {
	return &Writer{w: w, mtime: mtime.Unix()}
}

// WriteHeader begins a member, and writes a link's target. It fails if the
// member before is not complete, or if a number does not fit the format:
// Installer calls that "Result too large".
func (w *Writer) WriteHeader(h Header) error {
	if err := w.complete(); err != nil {
		return err
	}
	mode, err := unixMode(h.Mode)
	if err != nil {
		return fmt.Errorf("writing %s: %w", h.Path, err)
	}
	name := "./" + h.Path
	if h.Path == "." {
		name = "."
	}
	size := h.Size
	if h.Link != "" {
		size = int64(len(h.Link))
	}
	if err := w.header(name, mode, max(h.Links, 1), size); err != nil {
		return err
	}
	if h.Link != "" {
		return w.raw([]byte(h.Link))
	}
	w.left, w.current = size, h.Path
	return nil
}

// Write writes bytes of the current member, no more than its header announced.
func (w *Writer) Write(p []byte) (int, error) {
	if int64(len(p)) > w.left {
		return 0, fmt.Errorf("writing %s: it grew while it was read", w.current)
	}
	n, err := w.w.Write(p)
	w.left -= int64(n)
	w.written += int64(n)
	return n, err
}

// Close writes the trailer and fills up the last block; it leaves the stream open.
func (w *Writer) Close() error {
	if err := w.complete(); err != nil {
		return err
	}
	w.mtime = 0
	if err := w.header(trailer, 0, 1, 0); err != nil {
		return err
	}
	return w.raw(make([]byte, (blocking-w.written%blocking)%blocking))
}

func (w *Writer) complete() error {
	if w.left > 0 {
		return fmt.Errorf("writing %s: it became %d bytes shorter while it was read", w.current, w.left)
	}
	return nil
}

func (w *Writer) header(name string, mode uint32, links int, size int64) error {
	switch {
	case strings.ContainsRune(name, 0) || len(name) > maxName:
		return fmt.Errorf("writing %q: no name for an archive", name)
	case w.inode > maxInode:
		return fmt.Errorf("writing %s: an archive holds %d members at most", name, maxInode)
	case size < 0 || size > maxSize:
		return fmt.Errorf("writing %s: its %d bytes do not fit the archive, which ends at 8 GiB", name, size)
	case w.mtime < 0 || w.mtime > maxTime:
		return errors.New("writing archive: its time lies before 1970 or after 2242")
	}
	const dev, uid, gid, rdev = 0, 0, 0, 0
	head := fmt.Appendf(nil, "070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o%s\x00",
		dev, w.inode, mode, uid, gid, links, rdev, w.mtime, len(name)+1, size, name)
	w.inode++
	return w.raw(head)
}

func (w *Writer) raw(p []byte) error {
	n, err := w.w.Write(p)
	w.written += int64(n)
	return err
}

// unixMode gives type and permissions as the format and a Bom have them.
func unixMode(mode fs.FileMode) (uint32, error) {
	switch mode.Type() {
	case 0:
		return 0o100000 | uint32(mode.Perm()), nil
	case fs.ModeDir:
		return 0o040000 | uint32(mode.Perm()), nil
	case fs.ModeSymlink:
		return linkMode, nil
	}
	return 0, fmt.Errorf("a %v cannot be packed", mode.Type())
}
