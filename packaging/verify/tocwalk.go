package verify

import (
	"encoding/base64"
	"path"
	"strings"
)

// tocWalk flattens the tree of files and checks what each element claims.
type tocWalk struct {
	v   *verifier
	ids map[string]string
}

func (w tocWalk) folder(s *scope, dir string, files []tocFile) {
	if len(dir) > maxPath {
		s.fail("folders within folders make a name of more than %d bytes", maxPath)
		return
	}
	names := map[string]string{}
	for _, file := range files {
		name := w.name(s, dir, file)
		if name == "" {
			continue
		}
		// Two names equal but for case are refused by Apple's library, two
		// identical ones leave open which counts.
		folded := strings.ToLower(name)
		if other, taken := names[folded]; taken {
			s.fail("%q and %q in one folder are the same name", dir+other, dir+name)
		}
		names[folded] = name
		if file.ID == "" {
			s.fail("%s has no id", dir+name)
		} else if other, taken := w.ids[file.ID]; taken {
			s.fail("the id %q is %s and %s", file.ID, other, dir+name)
		}
		w.ids[file.ID] = dir + name
		w.file(s, dir+name, file)
		w.folder(s, dir+name+"/", file.Files)
	}
}

func (w tocWalk) name(s *scope, dir string, file tocFile) string {
	if len(file.Names) == 0 {
		s.fail("file %q in /%s has no name", file.ID, dir)
		return ""
	}
	name := file.Names[0].Text
	if strings.EqualFold(file.Names[0].Encoding, "base64") {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(name))
		if err != nil {
			s.fail("file %q in /%s has a name that is not base64", file.ID, dir)
			return ""
		}
		name = string(raw)
	}
	for _, other := range file.Names[1:] {
		if other != file.Names[0] {
			s.fail("file %q in /%s is named %q and %q", file.ID, dir, name, other.Text)
			return ""
		}
	}
	if len(file.Names) > 1 {
		s.note("%s%s is named twice, as productsign does", dir, name)
	}
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00") {
		s.fail("file %q in /%s has the unsafe name %q", file.ID, dir, name)
		return ""
	}
	return name
}

func (w tocWalk) file(s *scope, name string, file tocFile) {
	if len(file.Types) != 1 {
		s.fail("%s has %d types instead of one", name, len(file.Types))
		return
	}
	switch kind := file.Types[0]; {
	case kind == "directory":
		if len(file.Data) > 0 {
			s.fail("%s is a directory with data", name)
		}
		return
	case len(file.Files) > 0:
		s.fail("%s is a %s that holds files", name, kind)
		return
	case kind != "file" && kind != "symlink":
		s.note("%s is of type %q, which no package needs", name, kind)
		return
	case len(file.Data) > 1:
		s.fail("%s has %d <data> elements", name, len(file.Data))
		return
	case len(file.Data) == 0:
		return // an empty file may go without
	}
	w.data(s, name, file.Data[0])
}

func (w tocWalk) data(s *scope, name string, data tocData) {
	if data.Length == nil || data.Offset == nil || data.Size == nil {
		s.fail("%s lacks a length, an offset or a size", name)
		return
	}
	m := &member{path: name, offset: *data.Offset, length: *data.Length, size: *data.Size, encoding: data.Encoding.Style, data: data}
	heap := w.v.size - w.v.xar.heap
	if m.offset < 0 || m.length < 0 || m.size < 0 || m.offset > heap || m.length > heap-m.offset {
		s.fail("%s claims %d bytes at %d of a heap of %d", name, m.length, m.offset, heap)
		return
	}
	w.checksums(s, m)
	w.v.xar.members = append(w.v.xar.members, m)
}

// checksums wants both, in styles that a Mac reads.
func (w tocWalk) checksums(s *scope, m *member) {
	d := m.data
	switch {
	case len(d.Archived) != 1:
		s.fail("%s has %d archived-checksums instead of one", m.path, len(d.Archived))
	case len(d.Extracted)+len(d.Unarchived) != 1:
		s.fail("%s has an archived-checksum but no extracted-checksum, which Apple's library refuses", m.path)
	}
	for _, sum := range append(append(d.Archived, d.Extracted...), d.Unarchived...) {
		if _, _, ok := sum.sum(); !ok {
			s.fail("%s has the checksum %q of style %q, which is none of SHA-1, SHA-256 or SHA-512", m.path, sum.Hex, sum.Style)
		}
	}
}

// find gives the member at a path, or nil.
func (x *xarFile) find(name string) *member {
	for _, m := range x.members {
		if m.path == name {
			return m
		}
	}
	return nil
}

// componentDirs lists the folders that hold a PackageInfo; "" is a package
// that is a component itself.
func (x *xarFile) componentDirs() []string {
	var out []string
	for _, m := range x.members {
		if path.Base(m.path) == "PackageInfo" {
			out = append(out, strings.TrimSuffix(strings.TrimSuffix(m.path, "PackageInfo"), "/"))
		}
	}
	return out
}
