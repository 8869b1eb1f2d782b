package daemon

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/oklog/run"
	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// ErrRunning is what Run returns where another daemon has the folder.
var ErrRunning = errors.New("another orbit is running with this root folder")

// Daemon is what one process of the daemon needs. All is required.
type Daemon struct {
	Sources *options.Sources
	Config  options.Config // the first, from Sources
	Version string
	Dial    Dial
	Log     zerolog.Logger
}

// Run does everything until ctx ends, and returns nil then; or ErrDone, when
// the agent is to be removed.
func (d Daemon) Run(ctx context.Context) error {
	dir := d.Config.Var()
	if err := Prepare(dir); err != nil {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(dir, "private"))
	if err != nil {
		return err
	}
	defer unlock()
	sweep(dir, time.Now())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group run.Group
	for _, actor := range d.actors(ctx, dir) {
		group.Add(func() error { return actor(ctx) }, func(error) { cancel() })
	}
	return group.Run()
}

// actors wires everybody with everybody else.
func (d Daemon) actors(ctx context.Context, dir string) []func(context.Context) error {
	commands := host.Commands{Root: d.Config.HostRoot}
	board := NewBoard(dir, d.Version, d.Log)
	ledger := NewLedger(filepath.Join(dir, "private"), commands)
	named := func(name string) zerolog.Logger { return d.Log.With().Str("actor", name).Logger() }

	mirror := NewMirror(dir, board, named("mirror"))
	link := NewLink(dir, d.Dial, commands, mirror.Token, board, named("link"))
	remover := NewRemover(dir, board, named("remover"))
	attempts, ask := NewLatest[host.Renew](), NewLatest[bool]()
	renewer := NewRenewer(dir, commands, attempts, ask, board, named("renewer"))
	hints := NewHints(HomeOf, renewer.Asked, named("hints"))
	// facts.json of this daemon's last process is read again only by desktops:
	// what it says of Apple and of renewals comes from the ledger and the record.
	observer := NewObserver(host.NewSystem(commands, ""), commands, ledger, renewer.Done(), board, named("observer"),
		link.Seen, renewer.Seen, remover.Seen, mirror.Seen, hints.Seen)
	observer.Renew, observer.Ask = attempts, ask
	link.Wanted = renewer.Wanted
	hints.hurry = append(hints.hurry, observer.Hurry, link.Hurry)
	configurator := NewConfigurator(d.Sources, d.Config, board, named("configuration"),
		observer.Config, link.Config, renewer.Config, remover.Config, mirror.Config, hints.Config)

	changes := host.WatchFolders(ctx, d.Config.OnHost(host.ProfilesFolder), d.Config.OnHost(host.Console))
	return []func(context.Context) error{
		configurator.Run, link.Run, renewer.Run, remover.Run, mirror.Run, hints.Run,
		func(ctx context.Context) error { return observer.Run(ctx, changes) },
	}
}
