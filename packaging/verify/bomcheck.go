package verify

import "slices"

// bomCheck compares the Bom with the members of the Payload, one by one. It is
// the comparison that no archive tool makes and Installer depends on.
type bomCheck struct {
	s       *scope
	records map[string]*bomRecord // nil if there was no Bom to read
	same    int
}

func (b *bomCheck) compare(o *odcMember, cksum uint32) {
	if b.records == nil {
		return
	}
	r := b.records[o.name]
	if r == nil {
		b.s.fail("does not list %s, which is in the Payload", o.name)
		return
	}
	r.seen = true
	if r.mode == 0 && o.name == "." {
		return // pkgbuild --component keeps the root out of it
	}
	b.compareOwner(o, r)
	if r.kind == bomDir || o.kind() == modeDir {
		return // a folder's size and checksum say nothing
	}
	if r.size != o.size+uint64(len(o.link)) && (r.kind != bomLink || r.size != 0) {
		b.s.fail("%s has %d bytes, the Bom says %d", o.name, o.size+uint64(len(o.link)), r.size)
	}
	if r.link != o.link {
		b.s.fail("%s points to %q, the Bom says %q", o.name, o.link, r.link)
	}
	if r.cksum != cksum {
		b.s.fail("%s has the POSIX cksum %d, the Bom says %d", o.name, cksum, r.cksum)
	}
	b.same++
}

func (b *bomCheck) compareOwner(o *odcMember, r *bomRecord) {
	if uint64(r.mode) != o.mode {
		b.s.fail("%s is mode %06o, the Bom says %06o", o.name, o.mode, r.mode)
	}
	if uint64(r.uid) != o.uid || uint64(r.gid) != o.gid {
		b.s.fail("%s belongs to %d:%d, the Bom says %d:%d", o.name, o.uid, o.gid, r.uid, r.gid)
	}
	if uint64(r.mtime) != o.mtime {
		b.s.warn("%s has the time %d, the Bom says %d", o.name, o.mtime, r.mtime)
	}
}

// finish names what only the Bom has.
func (b *bomCheck) finish() {
	var missing []string
	for name, r := range b.records {
		if !r.seen && (name != "." || r.mode != 0) {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	for _, name := range missing {
		b.s.fail("lists %s, which is not in the Payload", name)
	}
	if b.records != nil {
		b.s.ok("agrees with the Payload on every path, mode, owner, size and checksum (%d files)", b.same)
	}
}
