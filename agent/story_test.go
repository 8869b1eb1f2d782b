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

// offered is a simulation in which the server asks and the Mac has answered.
func offered(t *testing.T, mode deviceclient.Mode) *sim {
	s := newSim(t)
	s.answerFacts(nil)
	s.serverSays(mode, true)
	return s
}

func (s *sim) click() { s.step(Clicked{ItemMigrate}); s.answerFacts(nil) }

func TestVoluntaryStory(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.wait(24 * time.Hour)
	require.Empty(t, s.shown, "voluntary never appears by itself")
	s.click()
	require.Equal(t, []prompt.Variant{prompt.ADE}, s.shown)
	s.end(swiftdialog.Agreed)
	require.Equal(t, Requesting, s.m.State)
	require.Zero(t, s.asked, "the local enrollment is read before the request")
	s.answerFacts(nil)
	require.Equal(t, 1, s.asked)
	s.answerRequest(Outcome{OK: true})
	require.Equal(t, Unenrolling, s.m.State)
	s.wait(20 * time.Second)
	s.unenroll()
	s.answerFacts(nil)
	s.obey()
	require.Equal(t, AwaitingEnrollment, s.m.State)
	require.Equal(t, prompt.WaitingADE, s.shown[len(s.shown)-1])
	s.enroll(fleetURL)
	s.answerFacts(nil)
	s.obey()
	require.Equal(t, prompt.Done, s.shown[len(s.shown)-1])
	require.Equal(t, Done, s.m.State)
	s.end(swiftdialog.Agreed)
	require.Equal(t, Idle, s.m.State)
	require.Equal(t, 1, s.asked)
}

// An old MDM may let go before the server has answered: the server waits for
// the webhook's end.
func TestReleasedBeforeTheAnswer(t *testing.T) {
	s := newSim(t)
	s.mac.ADE = host.ADE{}
	s.answerFacts(nil)
	s.serverSays(deviceclient.Voluntary, true)
	s.click()
	s.end(swiftdialog.Agreed)
	s.answerFacts(nil)
	require.Equal(t, 1, s.asked)
	s.unenroll()
	s.answerFacts(nil)
	s.obey()
	require.Equal(t, AwaitingEnrollment, s.m.State)
	require.Equal(t, prompt.WaitingManual, s.shown[len(s.shown)-1])
	require.Equal(t, []Page{MyDevice}, s.opened, "the way on opens by itself, whoever was faster")
	s.answerRequest(Outcome{OK: true})
	require.Equal(t, AwaitingEnrollment, s.m.State)
}

func TestBeforeTheRequest(t *testing.T) {
	for name, tt := range map[string]struct {
		enrollment host.Enrollment
		want       State
		asked      int
	}{
		"still in the old MDM":  {host.Enrollment{Enrolled: true, ServerURL: oldURL}, Requesting, 1},
		"the old MDM let go":    {host.Enrollment{}, AwaitingEnrollment, 0},
		"already in Fleet":      {host.Enrollment{Enrolled: true, ServerURL: "https://FLEET.example.com/mdm/apple/mdm"}, Done, 0},
		"in a host of policy's": {host.Enrollment{Enrolled: true, ServerURL: "https://mdm.example.com/"}, Done, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := offered(t, deviceclient.Voluntary)
			s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, MDMHosts: []string{"mdm.Example.com"}}})
			s.click()
			s.mac.Enrollment = tt.enrollment // nobody told the agent
			s.end(swiftdialog.Agreed)
			s.answerFacts(nil)
			require.Equal(t, tt.want, s.m.State)
			require.Equal(t, tt.asked, s.asked)
		})
	}
}

func TestAnswersToTheRequest(t *testing.T) {
	for name, tt := range map[string]struct {
		outcome Outcome
		asked   int
		variant prompt.Variant
		code    string
	}{
		"not eligible":       {Outcome{Status: 400, Reason: prompt.ReasonEligible}, 1, prompt.NotEligible, "M-400"},
		"refused":            {Outcome{Status: 401, Reason: prompt.ReasonRefused}, 1, prompt.Failed, "M-401"},
		"server error":       {Outcome{Status: 500, Reason: prompt.ReasonServer, Retry: true}, maxTries, prompt.Failed, "M-500"},
		"offline":            {Outcome{Reason: prompt.ReasonOffline, Retry: true}, maxTries, prompt.Failed, "M-NET"},
		"no answer in time":  {Outcome{Reason: prompt.ReasonServer, Retry: true}, maxTries, prompt.Failed, "M-TIME"},
		"come back tomorrow": {Outcome{Status: 429, Reason: prompt.ReasonServer, Retry: true, RetryAfter: time.Hour}, 1, prompt.Failed, "M-429"},
	} {
		t.Run(name, func(t *testing.T) {
			s := offered(t, deviceclient.Voluntary)
			s.click()
			s.end(swiftdialog.Agreed)
			for range 10 {
				s.answerFacts(nil)
				s.answerRequest(tt.outcome)
				s.wait(30 * time.Second)
			}
			require.Equal(t, Failed, s.m.State)
			require.Equal(t, tt.asked, s.asked)
			require.Equal(t, tt.variant, s.shown[len(s.shown)-1])
			require.Equal(t, tt.code, s.m.Failure.Code)
			s.end(swiftdialog.Help)
			require.Equal(t, Offered, s.m.State)
			require.Equal(t, []Page{Contact}, s.opened)
		})
	}
}

func TestOldMDMTakesItsTime(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	s.end(swiftdialog.Agreed)
	s.answerFacts(nil)
	s.answerRequest(Outcome{OK: true})
	s.wait(89 * time.Second)
	require.Equal(t, prompt.Progress, s.m.Window.Shows)
	s.wait(2 * time.Second)
	require.Equal(t, prompt.TakingLonger, s.m.Window.Shows)
	s.wait(88 * time.Second)
	require.Equal(t, Unenrolling, s.m.State)
	s.wait(3 * time.Second)
	require.Equal(t, Failed, s.m.State)
	require.Equal(t, Failure{prompt.ReasonTimeout, "M-UNENROLL"}, *s.m.Failure)
	s.end(swiftdialog.Agreed)
	require.Equal(t, Offered, s.m.State)
	s.unenroll() // late, and with no flag any more: it is not in Apple Business
	s.step(SummaryArrived{summary(deviceclient.Voluntary, false, false)})
	s.mac.ADE = host.ADE{}
	s.answerFacts(nil)
	require.Equal(t, AwaitingEnrollment, s.m.State, "a late unenroll still moves on by itself")
	s.wait(gapInterval)
	require.Equal(t, prompt.WaitingManual, s.shown[len(s.shown)-1])
}

func TestEnrolledBehindItsBack(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	s.enroll(fleetURL)
	s.answerFacts(nil)
	require.True(t, s.m.Window.Closing, "a Mac in Fleet is asked nothing")
	s.end(swiftdialog.Agreed) // pressed at the very moment
	s.answerFacts(nil)
	require.Equal(t, Idle, s.m.State)
	require.Zero(t, s.asked)
}

func TestBackInTheOldMDM(t *testing.T) {
	s := offered(t, deviceclient.Forced)
	s.unenroll()
	s.answerFacts(nil)
	s.obey()
	require.Equal(t, AwaitingEnrollment, s.m.State)
	s.enroll(oldURL)
	s.answerFacts(nil)
	require.Equal(t, Offered, s.m.State)
}

// A Mac that was off for ten minutes in the middle of a request, and is too busy
// to answer as it starts, goes on with it all the same.
func TestRestartOfAnOldRequest(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	s.end(swiftdialog.Agreed)
	s.now = s.now.Add(10 * time.Minute)
	s.crash()
	s.answerFacts(errors.New("profiles did not answer"))
	require.Equal(t, Requesting, s.m.State)
	s.wait(unenrollStep)
	require.Equal(t, 1, s.asked)
}

// What the last process showed may be out of date: the Mac is looked at first.
func TestRestartLooksBeforeItShows(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	s.end(swiftdialog.Agreed)
	s.answerFacts(nil)
	s.answerRequest(Outcome{Status: 403, Reason: prompt.ReasonRefused})
	require.Equal(t, Failed, s.m.State)
	s.mac.Enrollment.ServerURL = fleetURL
	shown := len(s.shown)
	s.crash()
	require.Len(t, s.shown, shown)
	s.answerFacts(nil)
	require.Equal(t, prompt.Done, s.m.Window.Shows)
}
