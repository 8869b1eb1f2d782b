package daemon

import (
	"context"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// Hints watches the desktop's state file, in the person's own folder. What it
// says is never believed: it only makes the daemon look at the truth sooner,
// for five minutes, and so many times an hour. Whoever forges it gains a few
// more questions to the server, which the server could be asked by anybody.
type Hints struct {
	Config Latest[options.Config]
	Seen   Latest[Observed]

	log   zerolog.Logger
	hurry []Latest[time.Time]
	asked Latest[time.Time]
	home  func(uid int) (string, error)

	// Owned by Run.
	cfg    options.Config
	user   host.ConsoleUser
	path   string
	stop   context.CancelFunc
	last   hint
	starts []time.Time
}

// hint is what is read of the state file.
type hint struct {
	State      string    `json:"state"`
	Since      time.Time `json:"since"`
	RenewAsked time.Time `json:"renew_asked"`
}

// running reports a migration in which minutes matter to a person who waits.
func (h hint) running() bool {
	return h.State == "requesting" || h.State == "unenrolling" || h.State == "awaiting_enrollment"
}

const (
	hurryFor      = 5 * time.Minute
	hurriesAnHour = 4
)

// NewHints wires a watch. home finds the home folder of a user; hurry and asked
// get what is read.
func NewHints(home func(uid int) (string, error), asked Latest[time.Time], log zerolog.Logger, hurry ...Latest[time.Time]) *Hints {
	return &Hints{Config: NewLatest[options.Config](), Seen: NewLatest[Observed](), home: home, asked: asked, hurry: hurry, log: log}
}

// Run watches until ctx ends; then it returns nil.
func (h *Hints) Run(ctx context.Context) error {
	var changes <-chan struct{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case h.cfg = <-h.Config:
			changes = h.follow(ctx, changes)
		case o := <-h.Seen:
			h.user = o.Facts.ConsoleUser
			changes = h.follow(ctx, changes)
		case <-changes:
			h.read(time.Now().Round(0))
		}
	}
}

// follow watches the file of the person at the screen.
func (h *Hints) follow(ctx context.Context, old <-chan struct{}) <-chan struct{} {
	path := h.statePath()
	if path == h.path {
		return old
	}
	if h.stop != nil {
		h.stop()
	}
	h.path, h.last = path, hint{}
	if path == "" {
		return nil
	}
	ctx, h.stop = context.WithCancel(ctx)
	return host.WatchFile(ctx, path)
}

func (h *Hints) statePath() string {
	dir, err := DesktopStateDir(h.cfg, h.user.UID, h.home)
	if err != nil || dir == "" {
		return ""
	}
	return filepath.Join(dir, "state.json")
}

// read takes a hint, if it is one and there is room for it.
func (h *Hints) read(now time.Time) {
	var next hint
	if !ReadTheirs(h.path, h.user.UID, &next) {
		return
	}
	was := h.last
	h.last = next
	if next.RenewAsked.After(was.RenewAsked) && next.running() {
		h.asked.Put(next.RenewAsked)
	}
	if next.running() && (next.State != was.State || !next.Since.Equal(was.Since)) && h.room(now) {
		h.log.Info().Str("state", next.State).Msg("the desktop says that a migration is under way; looking more often for five minutes")
		for _, g := range h.hurry {
			g.Put(now.Add(hurryFor))
		}
	}
}

// room counts what was begun within the last hour.
func (h *Hints) room(now time.Time) bool {
	var recent []time.Time
	for _, at := range h.starts {
		if age := now.Sub(at); age >= 0 && age < time.Hour {
			recent = append(recent, at)
		}
	}
	h.starts = recent
	if len(recent) >= hurriesAnHour {
		return false
	}
	h.starts = append(h.starts, now)
	return true
}
