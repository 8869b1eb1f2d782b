package packaging

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"
	"time"
)

// cacheKey names everything that the Payload depends on.
func (b *Builder) cacheKey() (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %d\n", cacheFormat, b.opts.Epoch.Unix(), b.opts.Hash)
	for _, p := range b.parts {
		h.Write(p.text())
		for _, e := range p.entries() {
			fmt.Fprintf(h, "%q %o %d %q\n", e.Path, e.Mode, e.Size, e.Link)
		}
		for _, origin := range p.origins() {
			if err := stamp(h, origin); err != nil {
				return "", fmt.Errorf("looking at %s: %w", origin, err)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// stamp writes what tells one state of a file or folder from another.
func stamp(w io.Writer, origin string) error {
	return eachFile(origin, func(name string, info fs.FileInfo) {
		var inode uint64
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			inode = uint64(stat.Ino)
		}
		fmt.Fprintf(w, "%q %d %d %d\n", name, info.Size(), info.ModTime().UnixNano(), inode)
	})
}

func eachFile(origin string, visit func(name string, info fs.FileInfo)) error {
	absolute, err := filepath.Abs(origin)
	if err != nil {
		return err
	}
	// A link given for an app is followed, as everywhere.
	if absolute, err = filepath.EvalSymlinks(absolute); err != nil {
		return err
	}
	return filepath.WalkDir(absolute, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			visit(name, info)
		}
		return err
	})
}

// newestOrigin is when an input changed last.
func (b *Builder) newestOrigin() time.Time {
	var newest time.Time
	for _, p := range b.parts {
		for _, origin := range p.origins() {
			err := eachFile(origin, func(_ string, info fs.FileInfo) {
				if info.ModTime().After(newest) {
					newest = info.ModTime()
				}
			})
			if err != nil {
				return time.Now() // gone meanwhile: not to be kept
			}
		}
	}
	return newest
}
