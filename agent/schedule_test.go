package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

func TestForcedComesBackToTheSecond(t *testing.T) {
	s := offered(t, deviceclient.Forced)
	s.answerFacts(nil)
	require.Len(t, s.autos, 1, "it shows when the flag appears")
	s.now = s.now.Add(42 * time.Second)
	s.end(swiftdialog.Later)
	closed := s.now
	s.wait(forcedInterval - time.Second)
	require.Len(t, s.autos, 1)
	s.wait(time.Second)
	require.Len(t, s.autos, 2)
	require.Equal(t, forcedInterval, s.autos[1].Sub(closed))
}

func TestRestartKeepsThePromise(t *testing.T) {
	s := offered(t, deviceclient.Forced)
	s.answerFacts(nil)
	s.end(swiftdialog.Later)
	s.wait(5 * time.Minute)
	s.crash()
	s.answerFacts(nil)
	s.serverSays(deviceclient.Forced, true)
	s.wait(10*time.Minute - time.Second)
	require.Len(t, s.autos, 1)
	s.wait(time.Second)
	require.Len(t, s.autos, 2)
}

func TestClockSetBackADay(t *testing.T) {
	s := offered(t, deviceclient.Forced)
	s.answerFacts(nil)
	s.end(swiftdialog.Later)
	s.now = s.now.Add(-24 * time.Hour)
	s.step(Alarm{})
	s.wait(forcedInterval)
	require.Len(t, s.autos, 2, "no silence until yesterday has passed again")
}

func TestDeferrals(t *testing.T) {
	s := newSim(t)
	s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, Deferrals: 2}})
	s.answerFacts(nil)
	s.serverSays(deviceclient.Forced, true)
	for _, left := range []int{2, 1, 0, 0} {
		s.answerFacts(nil)
		for _, d := range s.open {
			require.Equal(t, left, d.Prompt.DeferralsLeft)
		}
		require.True(t, s.end(swiftdialog.Later))
		s.wait(forcedInterval)
	}
}

func TestCommandQCountsAsLater(t *testing.T) {
	s := newSim(t)
	s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, Deferrals: 2}})
	s.answerFacts(nil)
	s.serverSays(deviceclient.Forced, true)
	s.answerFacts(nil)
	s.end(swiftdialog.Dismissed)
	require.Equal(t, 1, s.m.deferralsLeft())
	s.wait(forcedInterval)
	s.end(swiftdialog.Interrupted)
	require.Equal(t, 1, s.m.deferralsLeft(), "a log-out is nobody's choice")
}
