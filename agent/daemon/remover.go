package daemon

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/options"
)

// ErrDone is what Remover.Run returns when the agent has done its work and is
// to leave this Mac.
var ErrDone = errors.New("the migration is done, and the agent removes itself")

// Remover decides when the agent leaves: when it is configured to, and the Mac
// has been in Fleet without a break for so long. The beginning is on disk.
type Remover struct {
	Config Latest[options.Config]
	Seen   Latest[Observed]

	path  string
	board *Board
	log   zerolog.Logger

	// Owned by Run.
	cfg   *options.Config // nil: not told yet
	seen  Observed
	since inFleetSince
	dirty bool // the file says something else
	heard heard
}

type inFleetSince struct {
	Since time.Time `json:"since,omitzero"`
}

// NewRemover reads since when the Mac is in Fleet.
func NewRemover(varDir string, board *Board, log zerolog.Logger) *Remover {
	r := &Remover{Config: NewLatest[options.Config](), Seen: NewLatest[Observed](),
		path: filepath.Join(varDir, "private", "in-fleet.json"), board: board, log: log, heard: heard{}}
	if err := load(r.path, &r.since); err != nil {
		log.Error().Err(err).Msg("the time in Fleet begins anew")
	}
	return r
}

// Run returns ErrDone when the agent is to be removed, and nil when ctx ends.
func (r *Remover) Run(ctx context.Context) error {
	look := time.NewTicker(maxSleep)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-r.Config:
			r.cfg = &c
		case r.seen = <-r.Seen:
		case <-look.C:
		}
		if r.done(wallNow()) {
			r.log.Info().Time("in_fleet_since", r.since.Since).Msg("the migration is done; removing the agent")
			return ErrDone
		}
	}
}

func (r *Remover) done(now time.Time) bool {
	if r.cfg == nil || !r.seen.Known { // without a server, no Mac is in Fleet: that must not end the time in it
		return false
	}
	r.follow(now)
	at := r.since.Since.Add(time.Duration(r.cfg.RemoveAfter))
	r.board.Set(func(s *Status) {
		s.Removal = RemovalStatus{Enabled: r.cfg.RemoveAfterMigration, Since: r.since.Since}
		if s.Removal.Enabled && !r.since.Since.IsZero() {
			s.Removal.At = at
		}
	})
	return r.cfg.RemoveAfterMigration && !r.since.Since.IsZero() && !now.Before(at)
}

// follow keeps the beginning of the time in Fleet. One in the future was
// written before the clock was set back.
func (r *Remover) follow(now time.Time) {
	in := inFleet(*r.cfg, r.seen.Facts)
	was := r.since.Since
	switch {
	case !in:
		r.since.Since = time.Time{}
	case was.IsZero() || was.After(now):
		r.since.Since = now.UTC()
	}
	if r.dirty = r.dirty || !r.since.Since.Equal(was); r.dirty {
		r.keep()
	}
}

// keep writes the beginning; what a full disk keeps from being written is
// written at the next look.
func (r *Remover) keep() {
	write := func() error { return save(r.path, r.since, modeSecret) }
	if r.since.Since.IsZero() {
		write = func() error { return os.Remove(r.path) }
	}
	err := write()
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	r.dirty = err != nil
	if r.heard.news("file", err) && err != nil {
		r.log.Error().Err(err).Msg("since when this Mac is in Fleet can't be written")
	}
}
