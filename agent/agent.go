package agent

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// Device is the server, by device token.
type Device interface {
	Summary(ctx context.Context) (*deviceclient.Summary, error)
	MigrateMDM(ctx context.Context) error
}

// Mac is this Mac.
type Mac interface {
	Facts(ctx context.Context) (host.Facts, error)
}

// Dialogs opens windows. An error means that none opened.
type Dialogs interface {
	Show(ctx context.Context, o swiftdialog.Options) (Dialog, error)
}

// Dialog is one open window. Stop asks it to go and returns at once; Wait
// returns when it has gone.
type Dialog interface {
	Update(u swiftdialog.Update) error
	Stop()
	Wait() swiftdialog.Result
}

// Tray draws the menu. It is called from one goroutine, on changes only.
type Tray interface{ Render(m Menu) }

// Browser shows a page to the person. contact is the checked contact URL.
type Browser interface {
	Open(ctx context.Context, page Page, contact string) error
}

// Clipboard is the person's.
type Clipboard interface {
	Copy(ctx context.Context, text string) error
}

// Logos keeps the organization's logo as local files.
type Logos interface {
	Logo(ctx context.Context, light, dark string) (prompt.Logo, error)
}

// ErrNoURL is what a Device answers while no server is configured, or none that
// can be used.
var ErrNoURL = errors.New("no usable Fleet server is configured")

// Ports are the outside, all required.
type Ports struct {
	Device    Device
	Mac       Mac
	Dialogs   Dialogs
	Tray      Tray
	Browser   Browser
	Clipboard Clipboard
	Logos     Logos
}

// Config is the rest; its zero value works.
type Config struct {
	Dir        string                // for state.json and status.json; "" keeps nothing
	Version    string                // of the agent, for the menu
	Pictures   string                // folder of the agent's pictures
	Policy     policy.Policy         // at start
	DialogTool func() string         // says which tool draws dialogs, for the status
	Rand       func() float64        // jitter, in [0,1); default math/rand
	Zone       func() *time.Location // where the Mac is now; default time.Local
}

// Agent runs the migration of one person's session.
type Agent struct {
	Ports
	cfg    Config
	log    zerolog.Logger
	events chan Event
	done   chan struct{}
	group  sync.WaitGroup
	store  store
	polls  *polls

	// Owned by Run.
	ctx      context.Context
	m        Machine
	dialogs  map[int]Dialog
	lastMenu *Menu
	lastEnd  string
	lastErr  string
	logo     logoFetch
	wall     time.Time
	written  Status
}

// New wires an agent; nothing runs before Run.
func New(ports Ports, cfg Config, log zerolog.Logger) *Agent {
	a := &Agent{
		Ports: ports, cfg: cfg, log: log, store: store{dir: cfg.Dir},
		events: make(chan Event), done: make(chan struct{}), dialogs: map[int]Dialog{},
	}
	a.polls = newPolls(cfg.Rand)
	a.m.Policy, a.m.Version, a.m.Pictures = cfg.Policy, cfg.Version, cfg.Pictures
	return a
}

// Post hands the agent an event. It returns when the agent took it, which is
// soon: the loop never waits for anything outside.
func (a *Agent) Post(ev Event) {
	select {
	case a.events <- ev:
	case <-a.done:
	}
}

// Run runs until ctx ends; then open dialogs go, and it returns nil.
func (a *Agent) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	a.ctx, a.wall = ctx, time.Now()
	defer a.group.Wait()
	defer close(a.done)
	defer cancel()
	a.load()
	a.step(Started{})
	a.poll()
	a.loop(ctx)
	return nil
}

func (a *Agent) loop(ctx context.Context) {
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	defer a.polls.timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case ev := <-a.events:
			a.handle(ev)
		case <-alarm.C:
			a.step(Alarm{})
		case <-a.polls.timer.C:
			a.poll()
		}
		a.noticeSleep()
		alarm.Reset(a.untilAlarm())
	}
}

// now is the time, in the zone where the Mac is.
func (a *Agent) now() time.Time {
	if a.cfg.Zone == nil {
		return time.Now()
	}
	return time.Now().In(a.cfg.Zone())
}

// maxSleep bounds the wait for an alarm: timers stand still while a Mac
// sleeps, the wall clock does not.
const maxSleep = time.Minute

func (a *Agent) untilAlarm() time.Duration {
	now := a.now().Round(0)
	at, ok := a.m.Alarm(now)
	if !ok {
		return 24 * time.Hour
	}
	return min(at.Sub(now), maxSleep)
}

// noticeSleep polls soon after the Mac slept: the wall clock has run on while
// the monotonic one stood still.
func (a *Agent) noticeSleep() {
	now := time.Now()
	slept := now.Round(0).Sub(a.wall.Round(0)) - now.Sub(a.wall)
	a.wall = now
	if slept > 30*time.Second {
		a.log.Info().Dur("slept", slept).Msg("woke up")
		a.polls.soon()
		a.step(HostChanged{})
	}
}
