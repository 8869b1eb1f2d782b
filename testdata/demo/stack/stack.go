package stack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fleetmigrate/testdata/demo/tray"
	"fleetmigrate/testdata/oldmdm"
	standin "fleetmigrate/testdata/swiftdialog"
)

// Stack is one running migration.
type Stack struct {
	Log  *Log
	Page *standin.Page // the windows of the stand-in for swiftDialog
	Tray *tray.Host    // nil with RealTray

	Server     string // URL of the companion server
	Webhook    string // URL of the old MDM
	AdminToken string

	opts    Options
	bin     string
	dir     string
	secret  string
	dialog  string // path of the Dialog binary
	bus     *tray.Bus
	pages   *http.Server
	live    context.Context // ends with Close
	cancel  context.CancelFunc
	changes *changes

	mu        sync.Mutex
	processes map[string]*Process
}

// Start builds nothing: the programs must be in bin, as Build leaves them.
// Everything stops with Close; ctx bounds the start only.
func Start(ctx context.Context, bin string, opts Options) (*Stack, error) {
	dir, err := os.MkdirTemp("", "fleet-demo-")
	if err != nil {
		return nil, fmt.Errorf("making the folder of the demo: %w", err)
	}
	live, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Stack{
		Log: NewLog(), Page: standin.NewPage(), AdminToken: rand.Text(), secret: rand.Text(), opts: opts.complete(),
		bin: bin, dir: dir, live: live, cancel: cancel, processes: map[string]*Process{},
	}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	for _, step := range []func(context.Context) error{s.startServer, s.startMac, s.startDialog, s.startBus, s.startAgent} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	if err := s.StartDesktop(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// MacFile stands for the Mac. Its folder is the one that a Mac changes when its
// enrollment does.
func (s *Stack) MacFile() string { return filepath.Join(s.dir, "profiles", "mac.json") }

// TokenFile holds the device token.
func (s *Stack) TokenFile() string {
	if s.opts.Standalone {
		return s.identifier()
	}
	return filepath.Join(s.dir, "identifier")
}

// StateDir is the desktop's own folder.
func (s *Stack) StateDir() string { return filepath.Join(s.dir, "state") }

func (s *Stack) windowsDir() string { return filepath.Join(s.dir, "windows") }

// DataDir is where orbit publishes.
func (s *Stack) DataDir() string { return filepath.Join(s.OrbitDir(), "var") }

// startMac writes the Mac and starts the MDM that it will leave.
func (s *Stack) startMac(ctx context.Context) error {
	if err := os.Mkdir(filepath.Dir(s.MacFile()), 0o755); err != nil {
		return fmt.Errorf("making the Mac's folder: %w", err)
	}
	facts := s.opts.facts(s.Server)
	facts.ConsoleUser.UID = s.uid()
	if err := oldmdm.Write(s.MacFile(), facts); err != nil {
		return err
	}
	p, err := s.run("old MDM", nil, append([]string{"oldmdm", "--mac", s.MacFile()}, s.opts.OldMDM...)...)
	if err != nil {
		return err
	}
	url, err := p.URL(ctx)
	s.Webhook = url + "/unenroll"
	return err
}

// startDialog lays out what the desktop starts: swiftDialog's bundle around the
// stand-in, whose windows are then drawn by Page, and the way to a browser.
func (s *Stack) startDialog(context.Context) error {
	if err := s.installOpener(); err != nil {
		return err
	}
	if s.dialog = s.opts.RealDialog; s.dialog != "" {
		return nil
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening for dialogs: %w", err)
	}
	s.pages = &http.Server{Handler: s.Page, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.pages.Serve(ln) }()
	s.dialog, err = standin.Install(s.dir, filepath.Join(s.bin, "Dialog"), standin.Control{
		Profile: s.opts.DialogVersion, Page: "http://" + ln.Addr().String(), Ends: []standin.End{{How: "page"}}, Dir: s.windowsDir(),
	})
	if err != nil {
		return fmt.Errorf("installing the stand-in for swiftDialog: %w", err)
	}
	return nil
}

func (s *Stack) startBus(ctx context.Context) (err error) {
	if s.opts.RealTray {
		return nil
	}
	if s.bus, err = tray.StartBus(context.WithoutCancel(ctx), s.dir); err != nil {
		return err
	}
	s.Tray, err = tray.NewHost(context.WithoutCancel(ctx), s.bus.Address)
	return err
}

// startAgent starts whatever gives the desktop its token and tells the server
// about the Mac, and makes Apple's side known to the server.
func (s *Stack) startAgent(ctx context.Context) error {
	s.changes = watchAll(s.live, s)
	if err := s.StartAgent(); err != nil {
		return err
	}
	return s.awaitHost(ctx)
}

// Close stops everything and removes what it left on disk.
func (s *Stack) Close() error {
	s.cancel()
	s.mu.Lock()
	running := s.processes
	s.processes = map[string]*Process{}
	s.mu.Unlock()
	var all sync.WaitGroup
	for _, p := range running {
		all.Go(p.Stop)
	}
	all.Wait()
	if s.Tray != nil {
		s.Tray.Close()
	}
	if s.bus != nil {
		s.bus.Close()
	}
	if s.pages != nil {
		s.pages.Close()
	}
	return os.RemoveAll(s.dir)
}
