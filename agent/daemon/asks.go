package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// said notes what came of a call, and logs what is different from the last time.
func (l *Link) said(call string, err error) {
	if l.ctx.Err() != nil {
		return // it ended because the daemon does
	}
	l.board.answer(call, err)
	l.fail(call, err)
	l.log.Debug().Str("call", call).Err(err).Msg("asked the server")
}

// fail logs the first failure of a kind, and its end.
func (l *Link) fail(what string, err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	switch was := l.lastErr[what]; {
	case text == was:
		return
	case text == "":
		l.log.Info().Str("call", what).Msg("works again")
	default:
		l.log.Warn().Str("call", what).Err(err).Msg("failed")
	}
	l.lastErr[what] = text
}

// enroll gets this Mac known to the server.
func (l *Link) enroll(ctx context.Context, now time.Time) error {
	k := l.keys.of(l.cfg.Policy.FleetURL)
	if k.Orbit != "" {
		if l.keys.dirty {
			l.fail("node key file", l.keys.keep())
		}
		return nil
	}
	if l.cfg.EnrollSecret == "" {
		return again{l.quiet(), "no enroll secret is configured: set the option enroll-secret (key EnrollSecret of a profile)"}
	}
	key, err := l.srv.Enroll(ctx, l.introduction(ctx))
	if errors.Is(err, deviceclient.ErrUnauthenticated) {
		err = fmt.Errorf("enroll secret refused: %w; compare the option enroll-secret with Fleet's (Hosts, Add hosts)", err)
	}
	l.said("enroll", err)
	if err != nil {
		return err
	}
	k.Orbit, k.EnrolledAt = key, now.UTC()
	l.fail("node key file", l.keys.keep())
	l.log.Info().Str("server", l.cfg.Policy.FleetURL).Msg("enrolled with the server")
	l.board.note(func(s *Status) { s.Server.Enrolled, s.Server.EnrolledAt = true, now.UTC() })
	return nil
}

func (l *Link) introduction(ctx context.Context) deviceclient.EnrollRequest {
	f := l.seen.Facts
	return deviceclient.EnrollRequest{
		EnrollSecret: l.cfg.EnrollSecret, HardwareUUID: f.HardwareUUID, HardwareSerial: f.HardwareSerial, HardwareModel: f.HardwareModel,
		Hostname: l.details.Vitals(ctx).HostName, ComputerName: f.ComputerName, Platform: "darwin", OsqueryIdentifier: f.HardwareUUID,
	}
}

// keyRefused forgets the orbit node key, which the server does not know any more.
func (l *Link) keyRefused(err error) error {
	l.keys.keys.Orbit = ""
	wait := l.refusals.step(err)
	l.log.Warn().Err(err).Dur("wait", wait).Msg("the server refused the node key; enrolling again")
	l.board.note(func(s *Status) { s.Server.Enrolled = false })
	return again{wait, "the node key was refused; enrolling again"}
}

// giveToken rotates the device token when it is due.
func (l *Link) giveToken(ctx context.Context, now time.Time) error {
	uid := l.seen.Facts.ConsoleUser.UID
	server := l.cfg.Policy.FleetURL
	l.fail("token file", l.tokens.place(uid))
	why := l.tokens.due(server, uid, now)
	if uid == 0 {
		l.board.note(func(s *Status) { s.Token = TokenStatus{Trouble: "nobody is at the screen"} })
		return nil
	}
	if why == "" || !isDue(l.due.token, now, backoffCap) {
		return nil
	}
	err := l.tokens.rotate(ctx, server, uid, now, func(ctx context.Context, token string) error {
		return l.srv.SetDeviceToken(ctx, l.keys.keys.Orbit, token)
	})
	l.said("device token", err)
	l.showToken(err)
	switch {
	case err == nil:
		l.tokenFails, l.due.token = backoff{}, time.Time{}
		l.log.Info().Str("why", why).Int("uid", uid).Msg("gave the desktop a new device token")
		return nil
	case errors.Is(err, deviceclient.ErrUnauthenticated):
		return l.keyRefused(err)
	case serverTrouble(err):
		return err
	}
	l.due.token = now.Add(l.tokenFails.next(err)) // the disk, or this token: the rest goes on
	return nil
}

func (l *Link) showToken(err error) {
	c := l.tokens.state.Current
	l.board.note(func(s *Status) {
		s.Token = TokenStatus{UID: c.UID, RegisteredAt: c.RegisteredAt.UTC(), RotatesAt: c.RotatesAt.UTC()}
		if err != nil {
			s.Token.Trouble = err.Error()
		}
	})
}

// checkToken asks whether the server still takes the token: it may have lost
// it, or never got it.
func (l *Link) checkToken(ctx context.Context, now time.Time) error {
	if !isDue(l.due.check, now, l.quiet()) || l.tokens.state.Current.Token == "" || l.seen.Facts.ConsoleUser.UID == 0 {
		return nil
	}
	err := l.srv.CheckToken(ctx)
	l.said("token check", err)
	if serverTrouble(err) {
		return err
	}
	l.due.check = now.Add(spread(l.quiet()))
	if errors.Is(err, deviceclient.ErrUnauthenticated) {
		l.tokens.refused()
		return again{0, "the server refused the device token; making another"}
	}
	return nil
}

// tellChange asks the server to read this Mac anew: outside the three minutes
// after a migration request it would not ask for an hour.
func (l *Link) tellChange(ctx context.Context, _ time.Time) error {
	now := l.seen.Facts.Enrollment
	if told := l.keys.keys.Told; told != nil && *told == now {
		l.changed = false // and changed back
		return nil
	}
	if l.changed {
		err := l.srv.Refetch(ctx)
		l.said("refetch", err)
		if serverTrouble(err) {
			return err
		}
	}
	l.changed = false
	l.keys.of(l.cfg.Policy.FleetURL).Told = &now
	l.fail("node key file", l.keys.keep())
	return nil
}

// answerQueries answers what the server asks of this Mac.
func (l *Link) answerQueries(ctx context.Context, now time.Time) error {
	if on, _ := vitalsOn(l.cfg, l.seen); !on || !isDue(l.due.vitals, now, l.quiet()) {
		return nil
	}
	k := l.keys.of(l.cfg.Policy.FleetURL)
	var err error
	if k.Osquery == "" {
		err = l.enrollQueries(ctx, k)
	}
	if err == nil {
		err = l.readAndWrite(ctx, k.Osquery, now)
		l.said("queries", err)
	}
	switch {
	case serverTrouble(err):
		return err
	case errors.Is(err, deviceclient.ErrNodeInvalid): // the rest of the turn goes on without
		k.Osquery = ""
		l.due.vitals = now.Add(l.forgotten.step(err))
	case err == nil:
		l.forgotten = backoff{}
		l.due.vitals = l.nextVitals(now)
	default:
		l.due.vitals = l.nextVitals(now)
	}
	return nil
}

func (l *Link) enrollQueries(ctx context.Context, k *nodeKeys) error {
	f := l.seen.Facts
	system, err1 := systemRow(ctx, l.details, f)
	os, err2 := osRow(ctx, l.details, f)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	key, err := l.srv.OsqueryEnroll(ctx, deviceclient.OsqueryEnrollRequest{
		EnrollSecret: l.cfg.EnrollSecret, HostIdentifier: f.HardwareUUID, HostDetails: map[string]map[string]string{"system_info": system, "os_version": os},
	})
	if errors.Is(err, deviceclient.ErrUnauthenticated) {
		err = fmt.Errorf("enroll secret refused: %w: %w", deviceclient.ErrNodeInvalid, err)
	}
	l.said("queries enroll", err)
	if err != nil {
		return err
	}
	k.Osquery = key
	l.fail("node key file", l.keys.keep())
	return nil
}

func (l *Link) readAndWrite(ctx context.Context, key string, now time.Time) error {
	due, err := l.srv.DistributedRead(ctx, key)
	if err != nil {
		return err
	}
	l.board.note(func(s *Status) { s.Vitals.ReadAt = now.UTC() })
	if len(due.Queries) == 0 {
		return nil
	}
	results := answerAll(ctx, l.details, l.seen.Facts, due.Queries)
	if err := l.srv.DistributedWrite(ctx, key, results); err != nil {
		return err
	}
	l.due.config = time.Time{} // what it wants may be different now
	l.board.note(func(s *Status) {
		s.Vitals.WroteAt, s.Vitals.Answered, s.Vitals.Refused = now.UTC(), nil, 0
		for name, status := range results.Statuses {
			if status == 0 {
				s.Vitals.Answered = append(s.Vitals.Answered, name)
			} else {
				s.Vitals.Refused++
			}
		}
		slices.Sort(s.Vitals.Answered)
	})
	return nil
}

// readConfig asks what the server wants of this Mac.
func (l *Link) readConfig(ctx context.Context, now time.Time) error {
	if !isDue(l.due.config, now, l.quiet()) {
		return nil
	}
	c, err := l.srv.Config(ctx, l.keys.keys.Orbit)
	l.said("config", err)
	switch {
	case deviceclient.StatusOf(err) == http.StatusUnauthorized:
		return l.keyRefused(err)
	case serverTrouble(err):
		return err
	case err == nil:
		l.refusals = backoff{}
		l.Wanted.Put(c.Notifications.RenewEnrollmentProfile)
	}
	l.due.config = now.Add(spread(l.configEvery(now)))
	return nil
}
