package daemon

import (
	"errors"

	"fleetmigrate/agent/options"
	"fleetmigrate/pkg/deviceclient"
)

// reconfigure takes a new configuration. One that could mend what failed is
// tried at once.
func (l *Link) reconfigure(c options.Config) {
	old := l.cfg
	l.cfg = c
	if l.configured && old.Policy.FleetURL == c.Policy.FleetURL && old.EnrollSecret == c.EnrollSecret &&
		old.Policy.RootCA == c.Policy.RootCA && old.Policy.Insecure == c.Policy.Insecure {
		return
	}
	l.trouble, l.refusals, l.tokenFails = backoff{}, backoff{}, backoff{}
	l.forgotten, l.queryFails, l.optionFails = backoff{}, backoff{}, backoff{}
	l.patience, l.due, l.slowed = due{}, dues{}, 0
	l.trusted = deviceclient.MarkRoot(c.Policy.RootCA)
	srv, err := l.dial(c, l.readToken)
	l.srv, l.configured = srv, err == nil && c.Policy.FleetURL != ""
	l.showServer(c.Policy.FleetURL, err)
}

// showServer says which server it is, and what is wrong with the configuration.
func (l *Link) showServer(url string, err error) {
	enrolled, trouble := false, ""
	if url == "" { // the keys outlive a moment without a server
		err = errNoServer
	} else {
		enrolled = l.keys.of(url).Orbit != ""
	}
	if l.heard.news("configuration", err) && err != nil {
		l.log.Error().Msg(err.Error())
	}
	if err != nil {
		trouble = err.Error()
	}
	l.board.Set(func(s *Status) { s.Server.URL, s.Server.Trouble, s.Server.Enrolled = url, trouble, enrolled })
}

var errNoServer = errors.New("no Fleet server is configured: set the option fleet-url (key FleetURL of a profile)")

// lookAtAuthorities follows the file that the server is verified with: it may
// have come by now, or IT put another in its place. While that one is no good,
// the old ones stand.
func (l *Link) lookAtAuthorities() {
	mark := deviceclient.MarkRoot(l.cfg.Policy.RootCA)
	switch {
	case l.cfg.Policy.FleetURL == "":
	case !l.configured:
		l.reconfigure(l.cfg)
	case mark != l.trusted:
		srv, err := l.dial(l.cfg, l.readToken)
		if l.fail("fleet-certificate", err); err == nil {
			l.srv, l.trusted, l.trouble, l.patience = srv, mark, backoff{}, due{}
		}
	}
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
		l.due.token, l.tokenFails = due{}, backoff{}
	}
	news := !l.changed || o.Facts.Enrollment != l.seen.Facts.Enrollment
	l.seen = o
	if told := l.keys.keys.Told; o.Known && news && told != nil && *told != o.Facts.Enrollment {
		l.hasChanged()
	}
	on, why := vitalsOn(l.cfg, o)
	l.board.Set(func(s *Status) { s.Vitals.On, s.Vitals.Why, s.Mode = on, why, mode(l.cfg, o) })
}

func (l *Link) hasChanged() {
	l.changed, l.untold = true, backoff{}
	l.due.vitals, l.due.config, l.due.tell = due{}, due{}, due{}
	if !l.seen.Facts.Enrollment.Enrolled {
		l.gapUntil = wallNow().Add(gapFor)
	}
}
