package archive

import (
	"io"
	"io/fs"
	"path"
	"strings"
)

// selection turns an archive's members into the app's: it keeps what lies
// below one folder, puts parents first, settles the modes, and refuses what
// would not be the same tree on a Mac.
type selection struct {
	layer Layer
	app   string // the app's folder in the archive
	kinds map[string]fs.FileMode
	folds map[string]string
}

func newSelection(layer Layer, app string) *selection {
	return &selection{layer: layer, app: app, kinds: map[string]fs.FileMode{}, folds: map[string]string{}}
}

// take hands the member on if it belongs to the app, after any of its folders
// that the archive left out.
func (s *selection) take(e Entry, body io.Reader, visit visitor) error {
	name, ok := below(s.app, e.Name)
	if !ok || isSidecar(name) {
		return nil
	}
	e.Name = name
	if err := s.admitParents(name, visit); err != nil {
		return err
	}
	if kind, seen := s.kinds[name]; seen {
		if kind.IsDir() && e.Mode.IsDir() {
			return nil // a folder listed late, or twice, adds nothing
		}
		return damaged(s.layer, nil, "%q is in the archive twice", name)
	}
	if err := s.check(&e); err != nil {
		return err
	}
	return visit(e, body)
}

// below gives a name relative to the app.
func below(app, name string) (string, bool) {
	if name == app {
		return ".", true
	}
	if app == "." {
		return name, true
	}
	return strings.CutPrefix(name, app+"/")
}

func (s *selection) admitParents(name string, visit visitor) error {
	if name == "." {
		return nil
	}
	parent := path.Dir(name)
	if kind, seen := s.kinds[parent]; seen {
		if kind.IsDir() {
			return nil
		}
		return damaged(s.layer, nil, "%q lies below %q, which is not a folder", name, parent)
	}
	if err := s.admitParents(parent, visit); err != nil {
		return err
	}
	folder := Entry{Name: parent, Mode: fs.ModeDir | 0o755}
	if err := s.check(&folder); err != nil {
		return err
	}
	return visit(folder, nil)
}

func (s *selection) check(e *Entry) error {
	key := foldKey(e.Name)
	if other, taken := s.folds[key]; taken {
		return damaged(s.layer, nil, "%q and %q are one and the same name on a Mac's disk", other, e.Name)
	}
	s.folds[key], s.kinds[e.Name] = e.Name, e.Mode
	if e.Mode&fs.ModeSetuid != 0 {
		return damaged(s.layer, nil, "%q would run as another user (setuid)", e.Name)
	}
	if e.Mode&fs.ModeSymlink != 0 {
		if err := checkLink(s.layer, e.Name, e.Link); err != nil {
			return err
		}
	}
	e.Mode = settled(e.Mode)
	return nil
}

// settled gives the mode a member is installed with, so that one app yields
// one package whatever umask it was unpacked under.
func settled(mode fs.FileMode) fs.FileMode {
	if mode.IsRegular() && mode&0o111 == 0 {
		return 0o644
	}
	return mode.Type() | 0o755
}
