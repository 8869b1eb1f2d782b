package daemon

import (
	"context"
	"errors"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// giveToken rotates the device token when it is due.
func (l *Link) giveToken(ctx context.Context, now time.Time) error {
	uid := l.seen.Facts.ConsoleUser.UID
	why := l.tokens.due(l.cfg.Policy.FleetURL, uid, now)
	if uid == 0 {
		l.board.note(func(s *Status) { s.Token = TokenStatus{Trouble: "nobody is at the screen"} })
		return nil
	}
	if why == "" && !l.misplaced {
		l.showToken(nil) // the last process may have made it
	}
	if why == "" || !l.due.token.come(now) {
		return nil
	}
	return l.rotateToken(ctx, now, why)
}

func (l *Link) rotateToken(ctx context.Context, now time.Time, why string) error {
	uid := l.seen.Facts.ConsoleUser.UID
	err := l.tokens.rotate(ctx, l.cfg.Policy.FleetURL, uid, now, func(ctx context.Context, token string) error {
		return l.srv.SetDeviceToken(ctx, l.keys.keys.Orbit, token)
	})
	l.said("device token", err)
	l.showToken(err)
	var here localError
	l.misplaced = errors.As(err, &here)
	switch {
	case err == nil:
		l.tokenFails, l.due.token = backoff{}, due{}
		l.log.Info().Str("why", why).Int("uid", uid).Msg("gave the desktop a new device token")
		return nil
	case errors.Is(err, deviceclient.ErrUnauthenticated):
		return l.keyRefused(err)
	case serverTrouble(err):
		return err
	}
	l.due.token = after(now, l.tokenFails.next(err)) // the disk, or this token: the rest goes on
	return nil
}

// placeToken mends the person's file, complains while that can't be done, and
// takes the complaint back.
func (l *Link) placeToken() {
	err := l.tokens.place(l.seen.Facts.ConsoleUser.UID)
	l.fail("token file", err)
	switch {
	case err != nil:
		l.misplaced = true
		l.showToken(err)
	case l.misplaced && l.tokens.state.Pending == nil:
		l.misplaced = false
		l.said("device token", nil)
		l.showToken(nil)
	}
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
	if !l.due.check.come(now) || l.tokens.state.Current.Token == "" || l.seen.Facts.ConsoleUser.UID == 0 {
		return nil
	}
	err := l.srv.CheckToken(ctx)
	l.said("token check", err)
	if serverTrouble(err) {
		return err
	}
	l.due.check = after(now, spread(l.quiet()))
	if errors.Is(err, deviceclient.ErrUnauthenticated) {
		l.tokens.refused()
		return again{0, "the server refused the device token; making another"}
	}
	return nil
}
