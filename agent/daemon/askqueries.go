package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fleetmigrate/pkg/deviceclient"
)

// answerQueries answers what the server asks of this Mac.
func (l *Link) answerQueries(ctx context.Context, now time.Time) error {
	if on, _ := vitalsOn(l.cfg, l.seen); !on || !l.due.vitals.come(now) {
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
	l.showQueries(err)
	switch {
	case unusable(err): // what blocks osquery's paths must not keep the server's other wishes from this Mac
		l.due.vitals = after(now, l.queryFails.next(err))
	case serverTrouble(err):
		return err
	case errors.Is(err, deviceclient.ErrNodeInvalid): // the rest of the turn goes on without
		l.queryKeyRefused(k, now, err)
	case err == nil:
		l.forgotten, l.queryFails = backoff{}, backoff{}
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
		l.said("queries enroll", err)
		return local(err)
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
	if l.optionFails.failures == 0 { // else its own waiting goes on, whatever key there is
		l.due.options = due{}
	}
	l.fail("node key file", l.keys.keep())
	return nil
}

// showQueries says what keeps the server from knowing this Mac.
func (l *Link) showQueries(err error) {
	l.board.note(func(s *Status) {
		if s.Vitals.Trouble = ""; err != nil {
			s.Vitals.Trouble = err.Error()
		}
	})
}

// queryKeyRefused forgets the osquery node key, at most once per step of backing off.
func (l *Link) queryKeyRefused(k *nodeKeys, now time.Time, err error) {
	k.Osquery = ""
	l.due.vitals = after(now, l.forgotten.step(err))
}

func (l *Link) readAndWrite(ctx context.Context, key string, now time.Time) error {
	work, err := l.srv.DistributedRead(ctx, key)
	if err != nil {
		return err
	}
	l.board.note(func(s *Status) { s.Vitals.ReadAt = now.UTC() })
	if len(work.Queries) == 0 {
		return nil
	}
	results := answerAll(ctx, l.details, l.seen.Facts, work.Queries)
	if err := l.srv.DistributedWrite(ctx, key, results); err != nil {
		return err
	}
	l.due.config = due{} // what it wants may be different now
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
