package verify

import (
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
)

// installed is a path as the Payload puts it on the Mac.
type installed struct {
	mode, uid, gid uint64
	link           string
}

func (i installed) runs() bool       { return i.mode&modeType == modeRegular && i.mode&0o111 != 0 }
func (i installed) writable() bool   { return i.mode&modeType != modeLink && i.mode&0o022 != 0 }
func (i installed) ownedRoot() bool  { return i.uid == 0 }
func (i installed) setID() bool      { return i.mode&modeType == modeRegular && i.mode&0o6000 != 0 }
func (i installed) worldWrite() bool { return i.mode&modeType != modeLink && i.mode&0o1002 == 0o002 }

// component is one package within the archive, as far as others refer to it.
type component struct {
	dir     string // in the archive; "" for a package that is one component
	info    packageInfo
	files   map[string]installed // by absolute path on the Mac
	bundles map[string]bundleInfo
	jobs    []launchdJob
	scripts map[string]bool
	archs   map[string][]string // of each file that can be started, by absolute path; none for a script
	members int
	opaque  bool // the Payload could not be looked into, or not to its end
}

func (v *verifier) checkComponent(dir string) component {
	c := component{dir: dir, files: map[string]installed{}, bundles: map[string]bundleInfo{}, scripts: map[string]bool{}, archs: map[string][]string{}}
	c.info = v.readPackageInfo(path.Join(dir, "PackageInfo"))
	bom := v.bomOf(dir)
	payload := v.xar.find(path.Join(dir, "Payload"))
	switch {
	case payload != nil && bom == nil && v.xar.find(path.Join(dir, "Bom")) == nil:
		v.at(LayerBom, dir).fail("there is a Payload but no Bom")
	case payload == nil && bom != nil:
		v.at(LayerBom, dir).fail("there is a Bom but no Payload")
	case payload != nil:
		v.checkPayload(&c, payload, bom)
	}
	v.checkScripts(&c)
	v.checkPackageInfo(&c)
	v.checkBundles(&c)
	v.checkPermissions(&c)
	return c
}

func (v *verifier) bomOf(dir string) map[string]*bomRecord {
	m := v.xar.find(path.Join(dir, "Bom"))
	if m == nil {
		return nil
	}
	s := v.at(LayerBom, m.path)
	raw, err := v.read(m, maxBom)
	if err != nil {
		s.fail("reading it: %v", err)
		return nil
	}
	return readBom(s, raw)
}

// checkPayload streams the Payload through the comparison with the Bom and
// through the checks of each member's content.
func (v *verifier) checkPayload(c *component, m *member, bom map[string]*bomRecord) {
	raw, err := v.open(m)
	if err != nil {
		return // said with the heap
	}
	c.opaque = true
	gunzip(v.at(LayerGzip, m.path), raw, func(stream io.Reader) {
		versus := &bomCheck{s: v.at(LayerBom, path.Join(c.dir, "Bom")), records: bom}
		links := &hardLinks{s: v.at(LayerCpio, m.path), seen: map[[2]uint64]linkedMember{}}
		var whole bool
		c.members, whole = readCpio(v.at(LayerCpio, m.path), stream, func(o *odcMember) {
			c.files[c.at(o)] = installed{o.mode, o.uid, o.gid, o.link}
			sum := &posixSum{}
			v.checkContent(c, v.at(LayerCpio, m.path), o, io.TeeReader(o.body, sum))
			if o.kind() == modeLink {
				_, _ = io.WriteString(sum, o.link)
			}
			links.check(o, sum.sum())
			versus.compare(o, sum.sum())
		})
		if c.opaque = !whole; whole {
			versus.finish() // what the rest holds is not known otherwise
		}
	})
}

// checkContent reads a member to its end, through the check that fits it.
func (v *verifier) checkContent(c *component, s *scope, o *odcMember, body io.Reader) {
	if o.kind() != modeRegular {
		return
	}
	v.content.Reset(body)
	head, _ := v.content.Peek(8)
	switch {
	case isMachO(head):
		c.archs[c.at(o)] = checkMachO(s.sub(LayerMachO, o.name), v.content, int64(o.size))
	case bytes.HasPrefix(head, []byte("#!")):
		c.archs[c.at(o)] = nil
	case path.Ext(o.name) == ".plist":
		v.checkPlist(c, s.sub(LayerPlist, o.name), o, v.content)
	}
	if _, err := io.Copy(io.Discard, v.content); err != nil && !errors.Is(err, errBelow) {
		s.fail("reading %s: %v", o.name, err)
	}
}

// at is where a member is put on the Mac.
func (c *component) at(o *odcMember) string { return path.Join("/", c.info.Location, o.name) }

// checkPermissions wants nothing that anybody but root could replace.
func (v *verifier) checkPermissions(c *component) {
	s := v.at(LayerPermissions, c.dir)
	var writable, foreign []string
	for name, f := range c.files {
		switch {
		case f.worldWrite():
			s.fail("%s is mode %04o: any user could replace it", name, f.mode&0o7777)
		case f.setID():
			s.warn("%s is mode %04o: it runs as user %d or group %d, whoever starts it", name, f.mode&0o7777, f.uid, f.gid)
		case f.writable():
			writable = append(writable, name)
		}
		if !f.ownedRoot() {
			foreign = append(foreign, name)
		}
	}
	if len(writable) > 0 {
		s.warn("%d paths can be written by their group, %s for one", len(writable), slices.Min(writable))
	}
	if len(foreign) > 0 {
		s.warn("%d paths are not owned by root, %s for one", len(foreign), slices.Min(foreign))
	}
	if len(writable)+len(foreign) == 0 && len(c.files) > 0 {
		s.ok("%d paths, all root's, none writable by others", len(c.files))
	}
}
