// Package bom writes the "bill of materials" of a flat package: the list of
// paths, modes, sizes and checksums that Installer checks a Payload against
// and keeps as the receipt.
//
// The layout (a store of numbered blocks, with trees of 4096-byte nodes) is
// Apple's and undocumented; what is written here follows what mkbom was
// measured to write. Data passes in one step: a list of entries in, bytes out.
// The package knows neither cpio nor xar.
package bom

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"time"
)

// Entry is one path. Path is "." or slash-separated and relative; Size and
// Cksum are a regular file's; a link's come from its target.
type Entry struct {
	Path  string
	Mode  fs.FileMode
	Size  int64
	Link  string
	Cksum uint32
}

// node is an entry with its place in the tree.
type node struct {
	Entry
	id, parent uint32
	name       string
}

// Bytes gives the Bom of the entries, all owned by root and of one time. The
// order of entries does not matter; "." must be among them, and the folder of
// every path.
func Bytes(entries []Entry, mtime time.Time) ([]byte, error) {
	if mtime.Unix() < 0 || mtime.Unix() > math.MaxUint32 {
		return nil, errors.New("writing Bom: its time lies before 1970 or after 2106")
	}
	nodes, err := number(entries)
	if err != nil {
		return nil, fmt.Errorf("writing Bom: %w", err)
	}
	s := newStore()
	if err := s.bom(nodes, uint32(mtime.Unix())); err != nil {
		return nil, fmt.Errorf("writing Bom: %w", err)
	}
	return s.bytes(), nil
}

// number gives ids breadth first, with the names of a folder sorted by their
// bytes. The entries are then in the one order that readers accept: by the
// parent's id, then by name.
func number(entries []Entry) ([]node, error) {
	children := map[string][]Entry{}
	root := -1
	for i, e := range entries {
		if e.Path == "." {
			root = i
			continue
		}
		if !fs.ValidPath(e.Path) || strings.ContainsRune(e.Path, 0) {
			return nil, fmt.Errorf("%q is not a relative path", e.Path)
		}
		children[path.Dir(e.Path)] = append(children[path.Dir(e.Path)], e)
	}
	if root < 0 {
		return nil, errors.New("the root is missing")
	}
	nodes := []node{{Entry: entries[root], id: 1, name: "."}}
	for i := 0; i < len(nodes); i++ {
		below := children[nodes[i].Path]
		slices.SortFunc(below, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
		for j, e := range below {
			if j > 0 && below[j-1].Path == e.Path {
				return nil, fmt.Errorf("%s is there twice", e.Path)
			}
			nodes = append(nodes, node{e, uint32(len(nodes) + 1), nodes[i].id, path.Base(e.Path)})
		}
	}
	if len(nodes) != len(entries) {
		return nil, errors.New("a path lies in a folder that is not listed, or the root is there twice")
	}
	return nodes, nil
}
