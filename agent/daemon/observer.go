package daemon

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// Mac is this Mac.
type Mac interface {
	Facts(ctx context.Context) (host.Facts, error)
}

// Jobs is launchd.
type Jobs interface {
	Job(ctx context.Context, j host.Job) (host.JobState, error)
}

// The launchd jobs of who else may answer for this Mac.
var (
	fleetdJob    = host.Job{Domain: "system", Label: "com.fleetdm.orbit"}
	osquerydJobs = []host.Job{{Domain: "system", Label: "io.osquery.agent"}, {Domain: "system", Label: "com.facebook.osqueryd"}}
)

const (
	hurriedLook = 10 * time.Second
	lookTimeout = time.Minute // for all questions together; each has its own
)

// Observer asks this Mac, and publishes what it says for the desktop. It looks
// when macOS's profiles folder changes, when another person comes to the
// screen, and from time to time.
type Observer struct {
	Config Latest[options.Config]
	Hurry  Latest[time.Time]
	Renew  Latest[host.Renew] // attempts, for the facts
	Ask    Latest[bool]       // whether the assignment is wanted afresh

	mac    Mac
	jobs   Jobs
	ledger *Ledger
	board  *Board
	log    zerolog.Logger
	give   []Latest[Observed]

	// Owned by Run.
	cfg        options.Config
	configured bool
	hurryUntil time.Time
	wanted     time.Time // since when a fresh answer of Apple's is wanted; zero: it is not
	renew      host.Renew
	last       Observed
	published  host.Facts
	console    int
	looked     time.Time
	trouble    string // of the last look
	heard      heard
}

// NewObserver wires an observer; give are those who get what it sees.
func NewObserver(mac Mac, jobs Jobs, ledger *Ledger, renew host.Renew, board *Board, log zerolog.Logger, give ...Latest[Observed]) *Observer {
	return &Observer{
		Config: NewLatest[options.Config](), Hurry: NewLatest[time.Time](), Renew: NewLatest[host.Renew](), Ask: NewLatest[bool](),
		mac: mac, jobs: jobs, ledger: ledger, renew: renew, board: board, log: log, give: give, heard: heard{},
	}
}

// Run looks until ctx ends; then it returns nil. changes are those of the
// profiles folder.
func (o *Observer) Run(ctx context.Context, changes <-chan struct{}) error {
	look := time.NewTimer(0)
	console := time.NewTicker(maxSleep)
	defer look.Stop()
	defer console.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case o.cfg = <-o.Config:
			o.configured = true
		case o.hurryUntil = <-o.Hurry:
		case o.renew = <-o.Renew:
		case <-o.Ask:
			o.wanted = wallNow()
		case <-changes:
		case <-console.C:
			if !o.anotherPerson() && !o.overslept() {
				continue
			}
		case <-look.C:
		}
		if o.configured {
			o.look(ctx)
		}
		look.Reset(o.every())
	}
}

func (o *Observer) every() time.Duration {
	quiet := max(time.Second, time.Duration(o.cfg.VitalsInterval))
	if !o.last.Known { // everything waits for the first facts
		quiet = min(quiet, maxSleep)
	}
	if within(o.hurryUntil, wallNow(), hurryFor) {
		return min(hurriedLook, quiet)
	}
	return quiet
}

// anotherPerson reports that the console has another owner than at the last
// look. It starts no process, and can be asked every minute.
func (o *Observer) anotherPerson() bool {
	uid, ok := host.ConsoleOwner(o.cfg.OnHost(host.Console))
	changed := ok && uid != o.console
	o.console = uid
	return changed
}

// overslept reports that a look is overdue by the wall clock: timers stand
// still while a Mac sleeps.
func (o *Observer) overslept() bool {
	since := wallNow().Sub(o.looked)
	return since < 0 || since > o.every()+time.Second
}
