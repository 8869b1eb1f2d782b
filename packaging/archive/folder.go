package archive

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// folderSource walks an app on disk. os.Root keeps every access below it, even
// if somebody swaps a folder for a link meanwhile.
type folderSource struct {
	root   *os.Root
	name   string // the folder's own name, so that it looks like an archive's
	limits Limits
	// The folder that a file was opened in last: what lies beside it is opened
	// from there, and not by every folder on the way.
	near   *os.Root
	nearAt string
}

func openFolder(name string, limits Limits) (source, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, unfit(LayerFolder, "check the path and its permissions", "opening %s: %v", name, err)
	}
	return &folderSource{root: root, name: path.Base(name), limits: limits}, nil
}

func (f *folderSource) Close() error { return errors.Join(f.leave(), f.root.Close()) }

func (f *folderSource) leave() error {
	near := f.near
	f.near, f.nearAt = nil, ""
	if near == nil {
		return nil
	}
	return near.Close()
}

// open opens a file without ever leaving the app.
func (f *folderSource) open(name string) (file *os.File, err error) {
	dir := path.Dir(name)
	if f.near == nil || f.nearAt != dir {
		if err := f.leave(); err != nil {
			return nil, err
		}
		if f.near, err = f.root.OpenRoot(dir); err != nil {
			return nil, err
		}
		f.nearAt = dir
	}
	return f.near.Open(path.Base(name))
}

func (f *folderSource) walk(visit visitor) error {
	spent := budget{limits: f.limits, layer: LayerFolder}
	return fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return unfit(LayerFolder, "make it readable", "reading %s: %v", name, err)
		}
		entry, err := f.entry(name, d)
		if err != nil {
			return err
		}
		if err := spent.spend(name, entry.Size); err != nil {
			return err
		}
		return f.visit(name, entry, visit)
	})
}

func (f *folderSource) entry(name string, d fs.DirEntry) (Entry, error) {
	info, err := d.Info()
	if err != nil {
		return Entry{}, unfit(LayerFolder, "run again when nothing changes it", "reading %s: %v", name, err)
	}
	if _, err := cleanName(LayerFolder, name); err != nil {
		return Entry{}, err
	}
	entry := Entry{Name: path.Join(f.name, name), Mode: info.Mode() & (fs.ModeType | fs.ModeSetuid | fs.ModePerm)}
	switch {
	case info.Mode().IsRegular():
		entry.Size = info.Size()
	case info.Mode()&fs.ModeSymlink != 0:
		if entry.Link, err = f.root.Readlink(name); err != nil {
			return entry, unfit(LayerFolder, "run again when nothing changes it", "reading the link %s: %v", name, err)
		}
	case !info.IsDir():
		return entry, unfit(LayerFolder, "remove it", "%s is neither file, folder nor link", name)
	}
	return entry, nil
}

func (f *folderSource) visit(name string, entry Entry, visit visitor) error {
	if !entry.Mode.IsRegular() {
		return visit(entry, nil)
	}
	body := &lateFile{from: f, name: name}
	defer body.close()
	return visit(entry, &exactReader{r: io.LimitReader(body, entry.Size), left: entry.Size, name: name})
}

// lateFile is opened when it is first read: most walks read one file or none.
type lateFile struct {
	from *folderSource
	name string
	file *os.File
}

func (l *lateFile) Read(p []byte) (int, error) {
	if err := l.open(); err != nil {
		return 0, err
	}
	return l.file.Read(p)
}

func (l *lateFile) open() (err error) {
	if l.file != nil {
		return nil
	}
	if l.file, err = l.from.open(l.name); err != nil {
		return unfit(LayerFolder, "make it readable", "opening %s: %v", l.name, err)
	}
	return nil
}

func (l *lateFile) close() {
	if l.file != nil {
		_ = l.file.Close() // only read from
	}
}

// exactReader notices a file that shrank while it was read.
type exactReader struct {
	r    io.Reader
	left int64
	name string
}

func (e *exactReader) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		return n, unfit(LayerFolder, "run again when nothing changes it", "%s became %d bytes shorter while it was read", e.name, e.left)
	}
	return n, err
}
