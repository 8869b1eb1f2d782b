package daemon

import (
	"context"
	"net/http"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// readConfig asks what the server wants of this Mac.
func (l *Link) readConfig(ctx context.Context, now time.Time) error {
	if !l.due.config.come(now) {
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
	l.due.config = after(now, spread(l.configEvery(now)))
	return nil
}
