package agent

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

func TestPathComesFromTheAssignment(t *testing.T) {
	for name, tt := range map[string]struct {
		os   string
		ade  host.ADE
		via  bool
		want prompt.Variant
	}{
		"assigned, by hand in the old MDM": {"15.1", host.ADE{Assigned: true}, false, prompt.ADE},
		"not assigned, ADE in the old MDM": {"15.1", host.ADE{}, true, prompt.Manual},
		"macOS 13":                         {"13.6.1", host.ADE{Assigned: true}, true, prompt.PreSonoma},
		"unknown, ADE in the old MDM":      {"14.0", host.ADE{Unknown: true}, true, prompt.ADE},
		"unknown version":                  {"", host.ADE{}, false, prompt.Manual},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t)
			s.mac.OSVersion, s.mac.ADE, s.mac.Enrollment.ViaDEP = tt.os, tt.ade, tt.via
			s.answerFacts(nil)
			s.serverSays(deviceclient.Voluntary, true)
			s.click()
			require.Equal(t, []prompt.Variant{tt.want}, s.shown)
		})
	}
}

func TestGapButton(t *testing.T) {
	for v, want := range map[prompt.Variant]func(*sim) bool{
		prompt.WaitingADE:    func(s *sim) bool { return s.m.RenewAsked.Equal(s.now.Round(0)) },
		prompt.WaitingManual: func(s *sim) bool { return len(s.opened) == 1 && s.opened[0] == MyDevice },
	} {
		s := newSim(t)
		s.mac.Enrollment = host.Enrollment{}
		s.mac.ADE.Assigned = v == prompt.WaitingADE
		s.answerFacts(nil)
		s.step(SummaryArrived{summary("", false, true)})
		s.answerFacts(nil)
		require.Equal(t, []prompt.Variant{v}, s.shown)
		s.end(swiftdialog.Agreed)
		require.True(t, want(s), v)
		require.Zero(t, s.asked)
	}
}

func TestClosingOfflineOpensNothing(t *testing.T) {
	s := newSim(t)
	s.mac.Enrollment = host.Enrollment{}
	s.answerFacts(nil)
	s.step(SummaryArrived{summary("", false, true)})
	s.answerFacts(nil)
	s.end(swiftdialog.Later)
	s.step(SummaryFailed{Offline})
	s.click()
	require.Equal(t, prompt.Offline, s.m.Window.Shows)
	s.end(swiftdialog.Agreed)
	require.Empty(t, s.opened)
}

func TestFactsThatCannotBeRead(t *testing.T) {
	s := newSim(t)
	s.answerFacts(errors.New("profiles hangs"))
	s.serverSays(deviceclient.Forced, true)
	require.Equal(t, Idle, s.m.State, "nothing is offered to a Mac that could not be looked at")
	s.wait(misreadStep + time.Second)
	require.NotEqual(t, Idle, s.m.State, "it is asked again")
}

// A restart in the gap while the server is away hides nothing that was there.
func TestRestartInTheGapWithoutAServer(t *testing.T) {
	s := newSim(t)
	s.mac.Enrollment = host.Enrollment{}
	s.answerFacts(nil)
	s.step(SummaryArrived{summary("", false, true)})
	s.answerFacts(nil)
	s.end(swiftdialog.Later)
	s.crash()
	s.answerFacts(nil)
	s.step(SummaryFailed{Offline})
	require.Equal(t, AwaitingEnrollment, s.m.State)
	shown := len(s.shown)
	s.wait(time.Hour)
	require.Len(t, s.shown, shown, "nobody is asked on the word of yesterday")
	s.step(SummaryArrived{summary("", false, false)})
	require.Equal(t, Idle, s.m.State)
}

// Another server has not asked for anything yet.
func TestAnotherServerInTheGap(t *testing.T) {
	s := newSim(t)
	s.mac.Enrollment = host.Enrollment{}
	s.answerFacts(nil)
	s.step(SummaryArrived{summary("", false, true)})
	require.Equal(t, AwaitingEnrollment, s.m.State)
	s.step(PolicyChanged{policy.Policy{FleetURL: "https://other.example.com"}})
	require.Equal(t, Idle, s.m.State)
}
