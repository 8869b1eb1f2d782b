package agent

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/agent/host"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// TestAnyOrder holds, over random orders of everything that can happen: at
// most one dialog; no request without a proved Start; no request beside
// another, and none on a Start that was used; nothing asked of a person whose
// Mac is in Fleet; the item exactly where its state says so; no alarm in the
// past; no state without a way out; no dialog that is due and held by nothing.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t)
		actions := s.actions(rapid.SampledFrom([]deviceclient.Mode{"", deviceclient.Voluntary, deviceclient.Forced}).Draw(t, "mode"))
		maps.Copy(actions, s.decisions())
		t.Repeat(actions)
	})
}

// TestWhatIsWrittenIsAll holds that a machine whose durable part went to disk
// and back does the same as one that it never left.
func TestWhatIsWrittenIsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t)
		actions := s.actions(rapid.SampledFrom([]deviceclient.Mode{"", deviceclient.Voluntary, deviceclient.Forced}).Draw(t, "mode"))
		maps.Copy(actions, s.decisions())
		s.twin = func(at time.Time, ev Event, before, after Machine, effects []Effect) {
			data, err := json.Marshal(before.Durable)
			require.NoError(t, err)
			before.Durable = Durable{}
			require.NoError(t, json.Unmarshal(data, &before.Durable))
			next, same := before.Step(at, ev)
			require.Equal(t, told(t, effects), told(t, same))
			require.Equal(t, told(t, after.Durable), told(t, next.Durable))
			require.Equal(t, after.Window, next.Window)
		}
		t.Repeat(actions)
	})
}

// told is a value as it is written, whatever the representation of its times.
func told(t require.TestingT, v any) string {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// TestNeverTooSoon holds that two dialogs with Start that appear by themselves
// are never closer than the interval, whatever happens in between, crashes
// and restarts included. A clock that is set back is the one exception: what
// it says is then all there is.
func TestNeverTooSoon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t)
		actions := s.actions(deviceclient.Forced)
		delete(actions, "clock")
		t.Repeat(actions)
		for i := 1; i < len(s.autos); i++ {
			require.GreaterOrEqual(t, s.autos[i].Sub(s.autos[i-1]), forcedInterval)
		}
	})
}

// TestNeverLate holds that a forced dialog comes within the interval and a
// second while the agent runs, the screen is unlocked and the server in reach.
func TestNeverLate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t)
		s.answerFacts(nil)
		s.serverSays(deviceclient.Forced, true)
		for i := range rapid.IntRange(1, 12).Draw(t, "dialogs") {
			free := s.now
			s.disturb(t)
			s.wait(forcedInterval + time.Second - s.now.Sub(free))
			require.Len(t, s.autos, i+1, "no dialog within the interval and a second; %s", s)
			require.LessOrEqual(t, s.autos[i].Sub(free), forcedInterval+time.Second)
			s.now = s.now.Add(time.Duration(rapid.IntRange(0, 7200).Draw(t, "open")) * time.Second)
			s.end(rapid.SampledFrom([]swiftdialog.Ending{swiftdialog.Later, swiftdialog.Dismissed, swiftdialog.Interrupted}).Draw(t, "how"))
		}
	})
}

// disturb is what may happen meanwhile without being an excuse.
func (s *sim) disturb(t *rapid.T) {
	for range rapid.IntRange(0, 5).Draw(t, "disturbances") {
		s.wait(time.Duration(rapid.IntRange(0, 170).Draw(t, "pause")) * time.Second)
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			s.serverSays(deviceclient.Forced, true)
		case 1:
			s.step(MenuOpened{})
		case 2:
			s.step(HostChanged{})
		case 3:
			s.step(Clicked{ItemAbout})
		case 4:
			s.step(SummaryFailed{Unreachable})
		}
	}
}

// TestAlwaysFinishes holds that from whatever chaos leaves behind, crashes at
// any point included, a person who presses Start and a world that works lead
// to Fleet.
func TestAlwaysFinishes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t)
		t.Repeat(s.actions(deviceclient.Forced))
		s.step(PauseChanged{})
		s.mac.Moment, s.mac.AppleMigration.Pending = host.Moment{}, false
		s.step(HostChanged{})
		for range 60 {
			if s.m.inFleet() && s.m.State == Idle {
				require.False(t, s.m.Menu().Items[ItemMigrate].Visible)
				return
			}
			s.cooperate()
		}
		t.Fatalf("not in Fleet after all that: %s, shown %v", s, s.shown)
	})
}

// cooperate is one round of a person, a server and an old MDM that work.
func (s *sim) cooperate() {
	s.serverSays(deviceclient.Forced, true)
	s.answerFacts(nil)
	s.obey()
	s.answerRequest(Outcome{OK: true})
	switch {
	case s.m.State == Idle && !s.mac.Enrollment.Enrolled:
		s.enroll(oldURL) // in no MDM, not assigned, nobody asks: not a migration
	case s.m.State == Unenrolling:
		s.unenroll()
	case s.m.State == AwaitingEnrollment:
		s.enroll(fleetURL)
	case s.m.State != Requesting:
		s.end(swiftdialog.Agreed)
	}
	s.wait(time.Minute)
	s.step(Clicked{ItemMigrate})
}
