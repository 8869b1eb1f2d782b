package daemon

import (
	"context"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/options"
	"fleetmigrate/pkg/deviceclient"
)

// The times of asking the server, beside the quiet interval that IT sets.
const (
	hurriedVitals = 10 * time.Second // as an osqueryd of Fleet's does all the time
	hurriedConfig = 30 * time.Second // as Fleet's orbit does all the time
	gapFor        = time.Hour        // after leaving an MDM, the server is asked as in a hurry
	maxSleep      = time.Minute      // timers stand still while a Mac sleeps
)

// Link is all of the daemon's talk with the server. One call is under way at a
// time, so that nothing is ever enrolled or rotated twice at once.
type Link struct {
	Config Latest[options.Config]
	Seen   Latest[Observed]
	Hurry  Latest[time.Time] // until when the person is in the middle of it
	Wanted Latest[bool]      // out: does the server want the enrollment renewed?

	dial     Dial
	details  Details
	borrowed func() string // the token of Fleet's own agent; "" where it is not there
	board    *Board
	log      zerolog.Logger

	// Owned by Run.
	ctx        context.Context
	cfg        options.Config
	configured bool
	trusted    deviceclient.RootMark // the file of authorities that srv trusts
	seen       Observed
	srv        Server
	keys       *keyring
	tokens     *tokens
	trouble    backoff
	patience   due     // before it, nothing is asked
	refusals   backoff // of the orbit node key
	forgotten  backoff // of the osquery node key
	queryFails backoff
	tokenFails backoff
	misplaced  bool // the server has the token, and the disk did not take it
	due        dues
	hurryUntil time.Time
	gapUntil   time.Time

	changed bool    // the enrollment is another one, and the server was not told
	untold  backoff // for want of a token

	slowed      time.Duration // how far apart the server wants its queries read
	optionFails backoff

	heard heard
}

// NewLink opens what the last process left. It makes no call. borrowed is the
// token of Fleet's own agent, "" where it is not there.
func NewLink(varDir string, dial Dial, details Details, borrowed func() string, board *Board, log zerolog.Logger) *Link {
	l := &Link{
		Config: NewLatest[options.Config](), Seen: NewLatest[Observed](), Hurry: NewLatest[time.Time](), Wanted: NewLatest[bool](),
		dial: dial, details: details, borrowed: borrowed, board: board, log: log, heard: heard{},
	}
	var err1, err2 error
	l.keys, err1 = openKeyring(filepath.Join(varDir, "private"))
	l.tokens, err2 = openTokens(varDir)
	for _, err := range []error{err1, err2} {
		if err != nil {
			log.Error().Err(err).Msg("starting without what was kept")
		}
	}
	return l
}

// Run talks until ctx ends; then it returns nil.
func (l *Link) Run(ctx context.Context) error {
	l.ctx = ctx
	timer := time.NewTimer(maxSleep)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-l.Config:
			l.reconfigure(c)
		case o := <-l.Seen:
			l.see(o)
		case until := <-l.Hurry:
			l.hurryUntil = until
			l.due.vitals, l.due.config = due{}, due{}
		case <-timer.C:
			l.lookAtAuthorities()
		}
		timer.Reset(min(l.turn(ctx), maxSleep))
	}
}
