package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

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
