package agent

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

func TestAboutDoesNotBlockTheForcedDialog(t *testing.T) {
	s := offered(t, deviceclient.Forced)
	s.answerFacts(nil)
	s.end(swiftdialog.Later)
	s.step(Clicked{ItemAbout})
	require.Equal(t, prompt.About, s.m.Window.Shows)
	s.wait(forcedInterval)
	s.obey()
	require.Len(t, s.autos, 2)
}

// TestAboutIsAboutTheAgent holds that About leads nowhere in the migration,
// whatever is going on, and that its line can be copied.
func TestAboutIsAboutTheAgent(t *testing.T) {
	for how, copied := range map[swiftdialog.Ending]int{swiftdialog.Agreed: 0, swiftdialog.Later: 1, swiftdialog.Dismissed: 0} {
		s := newSim(t)
		s.mac.Enrollment = host.Enrollment{}
		s.answerFacts(nil)
		s.step(SummaryArrived{summary("", false, true)})
		s.answerFacts(nil)
		s.end(swiftdialog.Later)
		require.Equal(t, AwaitingEnrollment, s.m.State)
		s.step(Clicked{ItemAbout})
		require.Equal(t, prompt.About, s.m.Window.Shows)
		s.end(how)
		require.Empty(t, s.opened)
		require.Zero(t, s.m.RenewAsked)
		require.Len(t, s.copied, copied)
		require.Equal(t, AwaitingEnrollment, s.m.State)
	}
}

// TestProblemsOfITsOwnMaking are told, and change nothing for the person.
func TestProblemsOfITsOwnMaking(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	require.Empty(t, s.m.Status(s.now).Problems)
	sum := summary(deviceclient.Voluntary, true, false)
	sum.Config.OrgInfo.ContactURL = "javascript:alert(1)"
	s.step(SummaryArrived{sum})
	texts := map[string]string{"start": "- Go", "nonsense": "x", "later": " ", "ok": "none", "close": "{HOME}", "copy": "x.md", "working": "**"}
	s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, Texts: map[string]map[string]string{"en": texts}}})
	problems := s.m.Status(s.now).Problems
	require.Len(t, problems, 1+maxProblems+1)
	require.Contains(t, problems[0], "https, http, mailto or tel")
	require.Contains(t, problems[1], "own text en close: {HOME}")
	require.Contains(t, problems[len(problems)-1], "2 further texts; see orbit lint-text")
	s.click()
	for _, d := range s.open {
		require.Empty(t, d.Prompt.ContactURL, "it is not offered")
	}
	require.Len(t, s.open, 1)
}

// About belongs to no state: what happens meanwhile closes it only where
// something else has to be shown.
func TestAboutIsNotYanked(t *testing.T) {
	s := newSim(t)
	s.answerFacts(nil)
	s.step(Clicked{ItemAbout})
	s.serverSays(deviceclient.Voluntary, true)
	require.Equal(t, Offered, s.m.State)
	require.False(t, s.m.Window.Closing)
	s.serverSays(deviceclient.Voluntary, false)
	require.Equal(t, Idle, s.m.State)
	require.False(t, s.m.Window.Closing)
	s.end(swiftdialog.Agreed)
	require.Equal(t, []prompt.Variant{prompt.About}, s.shown)
}
