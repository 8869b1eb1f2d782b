package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

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
	if l.seen.Facts.HardwareUUID == "" {
		return again{maxSleep, "this Mac has not told its hardware UUID yet; nobody enrolls without"}
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
