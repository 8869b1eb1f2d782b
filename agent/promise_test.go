package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// planned is a Mac whose IT set a deadline in ten days, with the first question open.
func planned(t require.TestingT) *sim {
	s := newSim(t)
	s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, Deadline: s.now.AddDate(0, 0, 10)}})
	s.serverSays(deviceclient.Voluntary, true)
	s.answerFacts(nil)
	require.Equal(t, prompt.ADE, s.m.Window.Shows)
	return s
}

// next waits until the next question opens, and gives when.
func (s *sim) next(within time.Duration) time.Time {
	before := len(s.autos)
	for end := s.now.Add(within); len(s.autos) == before; {
		s.answerFacts(nil)
		at, ok := s.m.Alarm(s.now)
		require.True(s.t, ok && !at.After(end), "no question within %s; %s", within, s)
		s.now = at.In(s.now.Location())
		s.step(Alarm{})
		s.answerFacts(nil)
	}
	return s.autos[before]
}

func TestThePromiseIsKeptHoweverLongTheWindowIsOpen(t *testing.T) {
	s := planned(t)
	opened := s.now
	require.Equal(t, opened.AddDate(0, 0, 1), s.said.ReturnsAt)
	s.wait(150*time.Minute + 17*time.Second)
	s.end(swiftdialog.Later)
	require.Equal(t, opened.AddDate(0, 0, 1), s.next(48*time.Hour), "not at half past eleven")
}

func TestThePromiseIsARoundTime(t *testing.T) {
	s := planned(t)
	s.now = s.now.Add(17*time.Minute + 3*time.Second)
	s.step(PolicyChanged{s.m.Policy})
	s.end(swiftdialog.Interrupted)
	s.step(Clicked{ItemMigrate})
	require.Equal(t, "09:20:00", s.said.ReturnsAt.Format(time.TimeOnly))
}

func TestAWindowThatStaysOpenIsToldANewTime(t *testing.T) {
	s := planned(t)
	opened := s.now
	s.wait(70 * time.Hour)
	require.Equal(t, 2, s.updated, "once a day, a quarter of an hour before")
	promised := s.m.Promise
	require.Equal(t, opened.Add(71*time.Hour+30*time.Minute), promised)
	s.end(swiftdialog.Later)
	require.Equal(t, promised, s.next(48*time.Hour))
}

func TestAPromiseTravels(t *testing.T) {
	for _, tt := range []struct {
		hours int
		reads string
		after time.Duration
	}{
		{0, "09:00", 24 * time.Hour},
		{-6, "09:00", 30 * time.Hour}, // to New York: at nine there, although that is later
		{8, "17:00", 24 * time.Hour},  // to Tokyo: a day is a day
	} {
		s := planned(t)
		opened := s.now
		s.wait(time.Hour)
		s.end(swiftdialog.Later)
		_, offset := s.now.Zone()
		s.now = s.now.In(time.FixedZone("there", offset+tt.hours*3600))
		again := s.next(48 * time.Hour)
		require.Equal(t, tt.reads, again.Format("15:04"))
		require.Equal(t, tt.after, again.Sub(opened))
	}
}

// TestAJourneyPutsNoDeadlineOff: the deadline is a moment, not a reading.
func TestAJourneyPutsNoDeadlineOff(t *testing.T) {
	s := planned(t)
	deadline := s.m.Policy.Deadline
	s.end(swiftdialog.Interrupted)
	s.now = deadline.Add(-90 * time.Minute)
	s.step(Alarm{})
	s.answerFacts(nil)
	require.Equal(t, time.Hour, s.said.ReturnsIn)
	s.end(swiftdialog.Later)
	_, offset := s.now.Zone()
	s.now = s.now.In(time.FixedZone("Honolulu", offset-11*3600))
	require.False(t, s.next(2*time.Hour).After(deadline))
}

func TestAClockSetBackEndsThePromise(t *testing.T) {
	s := planned(t)
	s.end(swiftdialog.Later)
	s.now = s.now.AddDate(-1, 0, 0)
	s.step(Alarm{})
	back := s.now
	require.LessOrEqual(t, s.next(25*time.Hour).Sub(back), 24*time.Hour+promiseStep)
}

func TestThePromiseSurvivesARestart(t *testing.T) {
	s := planned(t)
	promised := s.m.Promise
	s.wait(time.Hour)
	s.crash()
	s.serverSays(deviceclient.Voluntary, true)
	require.WithinDuration(t, promised, s.next(48*time.Hour), 0)
}

func TestITDecidesAnew(t *testing.T) {
	s := planned(t)
	s.wait(time.Hour)
	s.end(swiftdialog.Later)
	nearer := s.m.Policy
	nearer.Deadline = s.now.Add(90 * time.Minute)
	s.step(PolicyChanged{nearer})
	s.answerFacts(nil)
	require.LessOrEqual(t, s.next(2*time.Hour).Sub(s.now), time.Hour)
}

// TestAFailureIsNoBrokenPromise: after Start the time that the question named
// means nothing any more.
func TestAFailureIsNoBrokenPromise(t *testing.T) {
	s := planned(t)
	s.wait(23 * time.Hour)
	s.end(swiftdialog.Agreed)
	s.answerFacts(nil)
	s.answerRequest(Outcome{Status: 403, Reason: prompt.ReasonRefused})
	s.obey()
	require.Equal(t, prompt.Failed, s.m.Window.Shows)
	s.wait(2 * time.Hour)
	s.end(swiftdialog.Agreed)
	closed := s.now
	require.Equal(t, 24*time.Hour, s.next(48*time.Hour).Sub(closed))
}

// TestPromisesAreKept holds, for any deadline, any length a window stays open,
// and restarts: a question that named a time is not followed by another before
// it, nor much after; one that named a span neither.
func TestPromisesAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t)
		s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, Deadline: s.now.Add(time.Duration(rapid.IntRange(-60, 8000).Draw(t, "minutes")) * time.Minute)}})
		s.serverSays(deviceclient.Voluntary, true)
		s.answerFacts(nil)
		for range 12 {
			s.wait(time.Duration(rapid.IntRange(0, 100_000).Draw(t, "open")) * time.Second)
			said := s.said
			if rapid.Bool().Draw(t, "crash") {
				s.crash()
				s.serverSays(deviceclient.Voluntary, true)
				s.answerFacts(nil)
				if s.m.Window.ID != 0 {
					continue // it was overdue: its promise had passed, or its span
				}
			} else {
				s.end(swiftdialog.Later)
			}
			closed := s.now
			again := s.next(25 * time.Hour)
			if said.ReturnsAt.IsZero() {
				require.LessOrEqual(t, again.Sub(closed), said.ReturnsIn)
				continue
			}
			require.WithinDuration(t, said.ReturnsAt, again, 0)
		}
	})
}
