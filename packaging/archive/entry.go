package archive

import (
	"io"
	"io/fs"
)

// Entry is one member of an app.
type Entry struct {
	// Name is slash-separated and relative to the app; the app itself is ".".
	Name string
	// Mode holds the type (directory, symbolic link or regular file) and the
	// permissions as they are to be installed: 0755, or 0644 for a file that
	// nobody may execute. What the archive said beyond that is dropped.
	Mode fs.FileMode
	// Link is where a symbolic link points, relative to its own folder.
	Link string
	// Size is a regular file's length in bytes, else 0.
	Size int64
}

// Limits caps what an archive may ask for. The zero value of a field takes the
// default, which is several times what swiftDialog 3 needs.
type Limits struct {
	Entries int   // members in the whole archive; default 20,000
	File    int64 // bytes of one member; default 512 MiB
	Total   int64 // bytes of all members; default 1 GiB
	TOC     int64 // bytes of a xar's unpacked table of contents; default 4 MiB
}

const (
	maxName  = 1024 // PATH_MAX of macOS
	maxDepth = 64
	maxPlist = 1 << 20
)

func (l Limits) withDefaults() Limits {
	if l.Entries == 0 {
		l.Entries = 20_000
	}
	if l.File == 0 {
		l.File = 512 << 20
	}
	if l.Total == 0 {
		l.Total = 1 << 30
	}
	if l.TOC == 0 {
		l.TOC = 4 << 20
	}
	return l
}

// visitor gets each member of an archive in the archive's order; body holds
// exactly Size bytes and is valid only during the call.
type visitor func(e Entry, body io.Reader) error

// source is an opened archive that can be walked any number of times.
type source interface {
	walk(visit visitor) error
	Close() error
}

// budget counts members and bytes against the limits during one walk.
type budget struct {
	limits  Limits
	layer   Layer
	entries int
	bytes   int64
}

func (b *budget) spend(name string, size int64) error {
	b.entries++
	b.bytes += size
	switch {
	case b.entries > b.limits.Entries:
		return damaged(b.layer, nil, "holds more than %d members", b.limits.Entries)
	case size > b.limits.File:
		return damaged(b.layer, nil, "%q claims %d bytes, more than the %d a member may have", name, size, b.limits.File)
	case b.bytes > b.limits.Total:
		return damaged(b.layer, nil, "holds more than %d bytes", b.limits.Total)
	}
	return nil
}
