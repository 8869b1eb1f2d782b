package daemon

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/options"
)

// The times of asking the server, beside the quiet interval that IT sets.
const (
	hurriedVitals = 10 * time.Second // as an osqueryd of Fleet's does all the time
	hurriedConfig = 30 * time.Second // as Fleet's orbit does all the time
	gapFor        = time.Hour        // after leaving an MDM, the server is asked as in a hurry
	maxSleep      = time.Minute      // timers stand still while a Mac sleeps
	maxWait       = 25 * time.Hour   // no server is waited for so long: the clock was set back
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
	seen       Observed
	srv        Server
	keys       *keyring
	tokens     *tokens
	trouble    backoff
	notBefore  time.Time
	refusals   backoff // of the orbit node key
	forgotten  backoff // of the osquery node key
	tokenFails backoff
	due        dues
	hurryUntil time.Time
	gapUntil   time.Time
	changed    bool // the enrollment is another one, and the server was not told
	lastErr    map[string]string
}

// NewLink opens what the last process left. It makes no call. borrowed is the
// token of Fleet's own agent, "" where it is not there.
func NewLink(varDir string, dial Dial, details Details, borrowed func() string, board *Board, log zerolog.Logger) *Link {
	l := &Link{
		Config: NewLatest[options.Config](), Seen: NewLatest[Observed](), Hurry: NewLatest[time.Time](), Wanted: NewLatest[bool](),
		dial: dial, details: details, borrowed: borrowed, board: board, log: log, lastErr: map[string]string{},
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
			l.due.vitals, l.due.config = time.Time{}, time.Time{}
		case <-timer.C:
			if !l.configured && l.cfg.Policy.FleetURL != "" { // a file of authorities may have come
				l.reconfigure(l.cfg)
			}
		}
		timer.Reset(min(l.turn(ctx), maxSleep))
	}
}

// reconfigure takes a new configuration. One that could mend what failed is
// tried at once.
func (l *Link) reconfigure(c options.Config) {
	old := l.cfg
	l.cfg = c
	if l.configured && old.Policy.FleetURL == c.Policy.FleetURL && old.EnrollSecret == c.EnrollSecret &&
		old.Policy.RootCA == c.Policy.RootCA && old.Policy.Insecure == c.Policy.Insecure {
		return
	}
	l.trouble, l.notBefore, l.refusals, l.due = backoff{}, time.Time{}, backoff{}, dues{}
	srv, err := l.dial(c, l.readToken)
	l.srv, l.configured = srv, err == nil && c.Policy.FleetURL != ""
	trouble := ""
	switch {
	case c.Policy.FleetURL == "":
		trouble = "no Fleet server is configured: set the option fleet-url (key FleetURL of a profile)"
	case err != nil:
		trouble = err.Error()
	}
	if trouble != "" && trouble != l.lastErr["configuration"] {
		l.log.Error().Msg(trouble)
	}
	l.lastErr["configuration"] = trouble
	enrolled := false
	if c.Policy.FleetURL != "" { // the keys outlive a moment without a server
		enrolled = l.keys.of(c.Policy.FleetURL).Orbit != ""
	}
	l.board.Set(func(s *Status) {
		s.Server.URL, s.Server.Trouble, s.Server.Enrolled = c.Policy.FleetURL, trouble, enrolled
	})
}

// readToken is the token for calls of the daemon's own.
func (l *Link) readToken() (string, error) {
	if t := l.borrowed(); t != "" {
		return t, nil
	}
	return l.tokens.read()
}

// see takes what this Mac says. A change of the enrollment is what the server
// has to know at once.
func (l *Link) see(o Observed) {
	if o.Facts.ConsoleUser.UID != l.seen.Facts.ConsoleUser.UID { // one's folder says nothing of another's
		l.due.token, l.tokenFails = time.Time{}, backoff{}
	}
	l.seen = o
	if told := l.keys.keys.Told; o.Known && told != nil && *told != o.Facts.Enrollment {
		l.changed = true
		l.due.vitals, l.due.config = time.Time{}, time.Time{}
		if !o.Facts.Enrollment.Enrolled {
			l.gapUntil = wallNow().Add(gapFor)
		}
	}
	on, why := vitalsOn(l.cfg, o)
	l.board.Set(func(s *Status) { s.Vitals.On, s.Vitals.Why, s.Mode = on, why, mode(l.cfg, o) })
}

// turn asks what is due, and gives the time until something is.
func (l *Link) turn(ctx context.Context) time.Duration {
	now := wallNow()
	if !l.configured || !l.seen.Known {
		return maxSleep
	}
	if !companion(l.cfg, l.seen) { // the person at the screen has the token and nobody else, server or not
		l.fail("token file", l.tokens.place(l.seen.Facts.ConsoleUser.UID))
	}
	if wait := l.notBefore.Sub(now); wait > 0 && wait < maxWait {
		return wait
	}
	if err := l.ask(ctx, now); ctx.Err() != nil {
		return maxSleep
	} else if err != nil {
		return l.failed(err)
	}
	l.trouble, l.notBefore = backoff{}, time.Time{}
	l.board.Set(func(s *Status) { s.Server.Trouble, s.Server.RetryAt, s.Server.Failures = "", time.Time{}, 0 })
	return l.wait(wallNow())
}

// ask makes the calls that are due, in the order in which they need each other.
// An error ends the turn.
func (l *Link) ask(ctx context.Context, now time.Time) error {
	tasks := []func(context.Context, time.Time) error{l.enroll, l.giveToken, l.checkToken, l.tellChange, l.answerQueries, l.readConfig}
	if companion(l.cfg, l.seen) {
		l.Wanted.Put(false) // Fleet's own agent renews
		tasks = []func(context.Context, time.Time) error{l.tellChange}
	}
	for _, task := range tasks {
		if err := task(ctx, now); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// again ends a turn that is to be repeated after a wait.
type again struct {
	wait time.Duration
	why  string
}

func (a again) Error() string { return a.why }

// failed schedules the next turn after an error.
func (l *Link) failed(err error) time.Duration {
	var a again
	wait := time.Duration(0)
	if errors.As(err, &a) {
		wait = a.wait
	} else {
		wait = l.trouble.next(err)
	}
	l.notBefore = wallNow().Add(wait)
	l.board.Set(func(s *Status) {
		s.Server.Trouble, s.Server.RetryAt, s.Server.Failures = err.Error(), l.notBefore.UTC(), l.trouble.failures
	})
	return wait
}
