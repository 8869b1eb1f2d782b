package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fleetmigrate/packaging/macho"
)

// DialogBundleID is the bundle identifier of swiftDialog since 2.3; older
// versions had another and lack what the agent needs.
const DialogBundleID = "au.csiro.dialog"

// App is an app found in an archive, checked and ready to be read.
type App struct {
	// BundleID, Version (four numbers as `dialog --version` prints them) and
	// MinMacOS are what its Info.plist says; Executable is the name of the
	// program below Contents/MacOS.
	BundleID, Version, Executable string
	// Short and Build are the two parts of Version.
	Short, Build string
	// MenuBarOnly is LSUIElement: the app shows no icon in the Dock.
	MenuBarOnly bool
	MinMacOS    MinOS
	// Head is the beginning of the program: enough to tell what it is for.
	Head []byte
	// Entries lists the app's members in the order Walk yields them, parents
	// before children; the first is the app's own folder, ".".
	Entries []Entry

	src   source
	layer Layer
	root  string
	file  string
}

// Config has a useful zero value.
type Config struct {
	Limits Limits
}

// Wanted is the app that is looked for.
type Wanted struct {
	// Name is how people call it.
	Name, BundleID string
	// Mend says what to give when an archive holds other apps.
	Mend string
}

// SwiftDialog is swiftDialog's app, from 2.3 on.
var SwiftDialog = Wanted{"swiftDialog", DialogBundleID, "give swiftDialog 2.3 or newer"}

// Open finds an app in file (a flat package, a gzipped tar or an .app folder)
// and checks that it runs on every Mac from target on. The returned App keeps
// the file open until Close. Every fault is an [*Error] below the returned
// error.
func Open(file string, wanted Wanted, target MinOS, cfg Config) (*App, error) {
	src, err := openSource(file, cfg.Limits.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", wanted.Name, err)
	}
	app := &App{src: src, layer: layerOf(src), file: file}
	if err := app.load(wanted, target); err != nil {
		return nil, errors.Join(fmt.Errorf("reading %s from %s: %w", wanted.Name, file, err), src.Close())
	}
	return app, nil
}

// Close lets go of the file.
func (a *App) Close() error { return a.src.Close() }

func layerOf(src source) Layer {
	switch src.(type) {
	case *pkgSource:
		return LayerCpio
	case *tarSource:
		return LayerTar
	}
	return LayerFolder
}

func (a *App) load(wanted Wanted, target MinOS) error {
	found, err := a.findApps()
	if err != nil {
		return err
	}
	info, err := wanted.choose(found)
	if err != nil {
		return err
	}
	if err := info.fits(target); err != nil {
		return err
	}
	a.root, a.BundleID, a.Version = info.root, info.ID, info.version()
	a.Short, a.Build, a.MenuBarOnly = info.Short, info.Build, bool(info.UIElement)
	a.Executable, a.MinMacOS = info.Executable, info.minMacOS
	return a.list()
}

// errFound ends a walk early.
var errFound = errors.New("found")

// findApps reads the Info.plist of every outermost .app in the archive. A folder
// that is an app itself holds no other.
func (a *App) findApps() ([]appInfo, error) {
	var found []appInfo
	err := a.src.walk(func(e Entry, body io.Reader) error {
		root, ok := strings.CutSuffix(e.Name, "/Contents/Info.plist")
		if !ok || !strings.HasSuffix(root, ".app") || strings.Contains(root, ".app/") || !e.Mode.IsRegular() {
			return nil
		}
		info, err := readInfo(root, e.Size, body)
		if err != nil {
			return err
		}
		found = append(found, info)
		if a.layer == LayerFolder && !strings.Contains(root, "/") {
			return errFound
		}
		return nil
	})
	if errors.Is(err, errFound) {
		err = nil
	}
	return found, err
}

func (w Wanted) choose(found []appInfo) (appInfo, error) {
	var dialogs []appInfo
	var others []string
	for _, info := range found {
		if info.ID == w.BundleID {
			dialogs = append(dialogs, info)
		} else {
			others = append(others, fmt.Sprintf("%s (%s)", path.Base(info.root), info.ID))
		}
	}
	switch {
	case len(dialogs) == 1:
		return dialogs[0], nil
	case len(dialogs) > 1:
		return appInfo{}, unfit(LayerApp, mendForms, "%s is in it %d times", w.Name, len(dialogs))
	case len(others) > 0:
		return appInfo{}, unfit(LayerApp, w.Mend, "holds %s, but no app with the bundle id %s", strings.Join(others, ", "), w.BundleID)
	}
	return appInfo{}, unfit(LayerApp, mendForms, "holds no app (no …/%s.app/Contents/Info.plist)", strings.TrimPrefix(w.Name, "swift"))
}

// list makes the plan that every later walk must repeat.
func (a *App) list() error {
	program := path.Join("Contents/MacOS", a.Executable)
	chosen := newSelection(a.layer, a.root)
	err := a.src.walk(func(e Entry, body io.Reader) error {
		return chosen.take(e, body, func(e Entry, body io.Reader) error {
			a.Entries = append(a.Entries, e)
			return a.look(e, body, program)
		})
	})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(a.Entries, func(e Entry) bool { return e.Name == program })
	if at < 0 || !a.Entries[at].Mode.IsRegular() || a.Entries[at].Mode&0o111 == 0 {
		return damaged(LayerApp, nil, "its program %s is missing or not executable", program)
	}
	return nil
}

// look reads the beginning of the program, and nothing of any other file, so
// that one that cannot be opened is found now.
func (a *App) look(e Entry, body io.Reader, program string) error {
	if !e.Mode.IsRegular() {
		return nil
	}
	if e.Name == program {
		head, err := io.ReadAll(io.LimitReader(body, macho.HeadSize))
		a.Head = head
		return err
	}
	if _, err := body.Read(nil); err != io.EOF {
		return err
	}
	return nil
}

// Walk hands out the app's members one after another; body is nil for folders
// and links, and for a file yields exactly Size bytes while visit runs. An
// error of visit ends the walk and is returned as it is.
func (a *App) Walk(visit func(e Entry, body io.Reader) error) error {
	chosen := newSelection(a.layer, a.root)
	next := 0
	err := a.src.walk(func(e Entry, body io.Reader) error {
		return chosen.take(e, body, func(e Entry, body io.Reader) error {
			if next >= len(a.Entries) || a.Entries[next] != e {
				return a.changed()
			}
			next++
			if !e.Mode.IsRegular() {
				body = nil
			}
			return visit(e, body)
		})
	})
	if err == nil && next != len(a.Entries) {
		return a.changed()
	}
	return err
}

func (a *App) changed() error {
	return unfit(a.layer, "run again when nothing changes it", "%s changed while it was read", a.file)
}

// Program says whether e is a file to be installed as executable.
func (e Entry) Program() bool { return e.Mode.IsRegular() && e.Mode&fs.ModePerm == 0o755 }
