package packaging

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/macho"
)

// part is a piece of the Payload. Its walk yields exactly its entries, in
// their order; body is nil for folders and links. Origins are the files on disk
// it is read from, and text is what of it was made here.
type part interface {
	entries() []Entry
	walk(visit func(Entry, io.Reader) error) error
	origins() []string
	text() []byte
}

// file is a regular file to install, from memory or from programs.
type file struct {
	Entry
	content []byte
	program *macho.Universal
}

func (f file) open() (io.ReadCloser, error) {
	if f.program != nil {
		return f.program.Open()
	}
	return io.NopCloser(bytes.NewReader(f.content)), nil
}

// own is the part that is listed here: our files and every folder.
type own struct{ files []file }

func (o *own) add(name string, mode fs.FileMode, content []byte) {
	o.files = append(o.files, file{Entry: Entry{Path: name, Mode: mode, Size: int64(len(content))}, content: content})
}

func (o *own) addProgram(name string, program *macho.Universal) {
	o.files = append(o.files, file{Entry: Entry{Path: name, Mode: 0o755, Size: program.Size}, program: program})
}

// settle adds the folders and sorts everything, parents first.
func (o *own) settle(apps []string) {
	paths := map[string]fs.FileMode{}
	for dir, mode := range folders {
		paths[dir] = mode
		withParents(paths, dir)
	}
	for _, f := range o.files {
		withParents(paths, f.Path)
	}
	for _, app := range apps {
		withParents(paths, app)
	}
	for dir, mode := range paths {
		o.files = append(o.files, file{Entry: Entry{Path: dir, Mode: mode | fs.ModeDir}})
	}
	slices.SortFunc(o.files, func(a, b file) int { return cmp.Compare(a.Path, b.Path) })
}

// drop removes what lies at a path or below.
func (o *own) drop(at string) {
	o.files = slices.DeleteFunc(o.files, func(f file) bool {
		return f.Path == at || strings.HasPrefix(f.Path, at+"/")
	})
}

func (o *own) entries() []Entry {
	var out []Entry
	for _, f := range o.files {
		out = append(out, f.Entry)
	}
	return out
}

func (o *own) walk(visit func(Entry, io.Reader) error) error {
	for _, f := range o.files {
		if err := f.visit(visit); err != nil {
			return err
		}
	}
	return nil
}

func (f file) visit(visit func(Entry, io.Reader) error) error {
	if f.Mode.IsDir() {
		return visit(f.Entry, nil)
	}
	body, err := f.open()
	if err != nil {
		return err
	}
	defer body.Close()
	return visit(f.Entry, body)
}

func (o *own) origins() []string {
	var out []string
	for _, f := range o.files {
		if f.program != nil {
			out = append(out, f.program.Files()...)
		}
	}
	return out
}

func (o *own) text() []byte {
	var out bytes.Buffer
	for _, f := range o.files {
		fmt.Fprintf(&out, "%q %d\n%s", f.Path, len(f.content), f.content)
	}
	return out.Bytes()
}

// bundle is an app from elsewhere, installed at a path.
type bundle struct {
	at     string
	app    *archive.App
	source string
}

func (b *bundle) entries() []Entry {
	var out []Entry
	for _, e := range b.app.Entries {
		out = append(out, b.entry(e))
	}
	return out
}

func (b *bundle) entry(e archive.Entry) Entry {
	return Entry{Path: path.Join(b.at, e.Name), Mode: e.Mode, Size: e.Size, Link: e.Link}
}

func (b *bundle) walk(visit func(Entry, io.Reader) error) error {
	return b.app.Walk(func(e archive.Entry, body io.Reader) error { return visit(b.entry(e), body) })
}

func (b *bundle) origins() []string { return []string{b.source} }

func (b *bundle) text() []byte { return []byte(b.at) }

// bundleInfo is what PackageInfo says of an app.
type bundleInfo struct{ path, id, short, build string }

func (b *bundle) info() bundleInfo {
	return bundleInfo{b.at, b.app.BundleID, b.app.Short, b.app.Build}
}
