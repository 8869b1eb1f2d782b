package verify

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// The types of a Bom's records.
const (
	bomFile   = 1
	bomDir    = 2
	bomLink   = 3
	bomDevice = 4
)

// bomRecord is what a Bom says of one path.
type bomRecord struct {
	kind     byte
	mode     uint32
	uid, gid uint32
	mtime    uint32
	size     uint64
	cksum    uint32
	link     string
	seen     bool // met in the Payload
}

// readBom gives the records of a Bom by path ("." and a/b), or nil if it cannot
// be read.
func readBom(s *scope, raw []byte) map[string]*bomRecord {
	store, err := openBom(s, raw)
	if err != nil {
		s.fail("%v", err)
		return nil
	}
	for _, name := range []string{"BomInfo", "Paths"} {
		if store.vars[name] == 0 {
			s.fail("lacks the variable %s", name)
			return nil
		}
	}
	pairs, err := store.tree(store.vars["Paths"])
	if err != nil {
		s.fail("paths: %v", err)
		return nil
	}
	p := &bomPaths{s: s, store: store, records: map[string]*bomRecord{}}
	p.sizes, err = store.sizes64()
	if err != nil {
		s.fail("Size64: %v", err)
	}
	p.readAll(pairs)
	checkBomExtras(s, store, len(pairs))
	if s.failed {
		return nil // comparing half a list would only repeat the fault
	}
	s.ok("%d paths in strict order", len(pairs))
	return p.records
}

type bomPaths struct {
	s       *scope
	store   *bomStore
	sizes   map[uint32]uint64
	records map[string]*bomRecord
	names   nameBudget
}

// readAll goes through the leaves. Their order, by parent's id and then by the
// bytes of the name, is what lsbom relies on: it stops without a word at the
// first entry out of it. Parents need not come first, so names are joined
// after all ids are known.
func (p *bomPaths) readAll(pairs []bomPair) {
	var before *bomKey
	keys := make([]*bomKey, 0, len(pairs))
	byID := make(map[uint32]*bomKey, len(pairs))
	for i, pair := range pairs {
		key, err := p.key(pair)
		if err != nil {
			p.s.fail("entry %d: %v", i, err)
			return
		}
		if before != nil && !before.less(key) {
			p.s.fail("entry %d, %q in folder %d, is out of order; lsbom and Installer stop there", i, key.name, key.parent)
			return
		}
		if byID[key.id] != nil {
			p.s.fail("entry %d: the id %d is %q and %q", i, key.id, byID[key.id].name, key.name)
			return
		}
		byID[key.id], before = key, key
		keys = append(keys, key)
	}
	for _, key := range keys {
		if p.place(key, byID); p.names.spent() {
			return
		}
	}
}

// bomKey is one entry: a name in a folder, and the record behind it.
type bomKey struct {
	id, parent uint32
	name       string
	record     *bomRecord
	path       string
}

func (k *bomKey) less(other *bomKey) bool {
	return k.parent < other.parent || (k.parent == other.parent && k.name < other.name)
}

func (p *bomPaths) key(pair bomPair) (*bomKey, error) {
	info, err := p.store.sized(pair.value, 8)
	if err != nil {
		return nil, err
	}
	raw, err := p.store.sized(pair.key, 6)
	if err != nil {
		return nil, err
	}
	end := bytes.IndexByte(raw[4:], 0)
	if end != len(raw)-5 {
		return nil, fmt.Errorf("the name %q does not end in its only NUL", raw[4:])
	}
	key := &bomKey{id: binary.BigEndian.Uint32(info), parent: binary.BigEndian.Uint32(raw), name: string(raw[4 : 4+end])}
	number := binary.BigEndian.Uint32(info[4:])
	record, err := p.store.block(number)
	if err != nil {
		return nil, err
	}
	if key.record, err = parseRecord(p.s, key.name, record); err != nil {
		return nil, fmt.Errorf("%q: %w", key.name, err)
	}
	if size, large := p.sizes[number]; large {
		key.record.size = size
	}
	return key, nil
}

// place gives an entry its path, through its parents.
func (p *bomPaths) place(key *bomKey, byID map[uint32]*bomKey) {
	name, err := key.fullPath(byID, 0)
	if err != nil {
		p.s.fail("%q: %v", key.name, err)
		return
	}
	if err := p.names.take(name); err != nil {
		p.s.fail("%v", err)
		return
	}
	p.records[name] = key.record
}

func (k *bomKey) fullPath(byID map[uint32]*bomKey, depth int) (string, error) {
	if k.path != "" {
		return k.path, nil
	}
	if k.parent == 0 {
		if k.name != "." || k.id != 1 {
			return "", errors.New("has no parent and is not the root")
		}
		k.path = "."
		return k.path, nil
	}
	parent := byID[k.parent]
	switch {
	case k.name == "." || k.name == ".." || strings.Contains(k.name, "/"):
		return "", errors.New("is not a plain name")
	case parent == nil || depth > 1000:
		return "", fmt.Errorf("its parent %d does not exist", k.parent)
	case parent.record.kind != bomDir:
		return "", fmt.Errorf("its parent %q is not a folder", parent.name)
	}
	above, err := parent.fullPath(byID, depth+1)
	if err != nil {
		return "", err
	}
	if len(above)+len(k.name) >= maxPath {
		return "", fmt.Errorf("its path is longer than %d bytes", maxPath)
	}
	if k.path = above + "/" + k.name; above == "." {
		k.path = k.name
	}
	return k.path, nil
}
