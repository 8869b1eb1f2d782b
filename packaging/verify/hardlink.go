package verify

// hardLinks finds members that a reader may take for one file under several
// names: those of one device and inode whose count of links is above one,
// folders too, as libarchive has it. What differs would be installed as its twin.
type hardLinks struct {
	s    *scope
	seen map[[2]uint64]linkedMember
	told bool
}

type linkedMember struct {
	name       string
	kind, size uint64
	cksum      uint32
}

func (h *hardLinks) check(o *odcMember, cksum uint32) {
	if o.nlink <= 1 {
		return
	}
	key := [2]uint64{o.dev, o.ino}
	first, twice := h.seen[key]
	switch {
	case !twice:
		h.seen[key] = linkedMember{o.raw, o.kind(), o.size, cksum}
	case o.kind() != modeRegular || first.kind != modeRegular || first.size != o.size || first.cksum != cksum:
		h.s.warn("%s has the inode of %s, so that it may be installed as another name of it", o.raw, first.name)
	default:
		h.s.note("%s is another name of %s", o.raw, first.name)
	}
	if !h.told && !twice && o.kind() == modeRegular {
		h.told = true
		h.s.note("%s counts %d names", o.raw, o.nlink)
	}
}
