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

// A dialog may lie behind other windows when somebody clicks the item again.
func TestClickRaisesTheOpenDialog(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	require.Zero(t, s.raised)
	s.click()
	require.Equal(t, 1, s.raised)
	require.Len(t, s.shown, 1)
	s.now = s.now.Add(lateClick)
	s.end(swiftdialog.Later)
	s.answerFacts(nil)
	require.Len(t, s.shown, 1, "the click brought the dialog to the front and was served by it")
}

// A dialog that asks for nothing gives way to what the person asks for.
func TestClickReplacesADialogThatAsksForNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		open func(*sim)
		want []prompt.Variant
	}{
		"about": {func(s *sim) { s.step(Clicked{ItemAbout}) }, []prompt.Variant{prompt.About, prompt.ADE}},
		"offline, and online again": {func(s *sim) {
			s.step(SummaryFailed{Offline})
			s.click()
			s.serverSays(deviceclient.Voluntary, true)
		}, []prompt.Variant{prompt.Offline, prompt.ADE}},
		"still offline": {func(s *sim) {
			s.step(SummaryFailed{Offline})
			s.click()
		}, []prompt.Variant{prompt.Offline}},
	} {
		t.Run(name, func(t *testing.T) {
			s := offered(t, deviceclient.Voluntary)
			tt.open(s)
			s.click()
			s.obey()
			require.Equal(t, tt.want, s.shown)
		})
	}
}

// Between the press of Later and its report the dialog still counts as open.
func TestClickWhileTheDialogGoesIsNotLost(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	s.click()
	s.now = s.now.Add(20 * time.Millisecond)
	s.end(swiftdialog.Later)
	s.answerFacts(nil)
	require.Len(t, s.shown, 2)
	require.Equal(t, Prompting, s.m.State)
}

func TestOnlyStartIsConsent(t *testing.T) {
	for _, how := range []swiftdialog.Ending{swiftdialog.Later, swiftdialog.Help, swiftdialog.TimedOut, swiftdialog.Dismissed,
		swiftdialog.Interrupted, swiftdialog.Broken} {
		t.Run(string(how), func(t *testing.T) {
			s := offered(t, deviceclient.Forced)
			s.answerFacts(nil)
			require.Equal(t, Prompting, s.m.State)
			s.end(how)
			s.answerFacts(nil)
			require.Equal(t, Offered, s.m.State)
			require.Nil(t, s.m.Consent)
			require.Zero(t, s.asked)
			require.Equal(t, how == swiftdialog.Help, len(s.opened) == 1, "help opens the contact page, nothing else does")
		})
	}
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

func TestGates(t *testing.T) {
	for name, tt := range map[string]struct {
		moment func(*host.Facts)
		wait   time.Duration // until the dialog comes although nothing changes; 0: it does not
	}{
		"nothing":         {func(*host.Facts) {}, time.Second},
		"locked":          {func(f *host.Facts) { f.ScreenLocked = true }, 0},
		"setup assistant": {func(f *host.Facts) { f.SetupAssistant = true }, 0},
		"nobody there":    {func(f *host.Facts) { f.ConsoleUser = host.ConsoleUser{} }, 0},
		"somebody else":   {func(f *host.Facts) { f.SwitchedAway = true }, 0},
		"call":            {func(f *host.Facts) { f.MicrophoneInUse = true }, time.Hour},
		"shared":          {func(f *host.Facts) { f.ScreenShared = true }, time.Hour},
		"full screen":     {func(f *host.Facts) { f.FullScreenApp = "Keynote" }, time.Hour},
		"presenting": {func(f *host.Facts) {
			f.Assertions = []host.Assertion{{Process: "zoom.us", Type: "PreventUserIdleDisplaySleep"}}
		}, time.Hour},
		"kept awake": {func(f *host.Facts) {
			f.Assertions = []host.Assertion{{Process: "Amphetamine", Type: "PreventUserIdleDisplaySleep"}}
		}, time.Second},
		"Apple's own": {func(f *host.Facts) { f.AppleMigration.Pending = true }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t)
			tt.moment(&s.mac)
			s.answerFacts(nil)
			s.serverSays(deviceclient.Forced, true)
			if tt.wait == 0 {
				s.wait(20 * time.Hour)
				require.Empty(t, s.autos)
				return
			}
			s.wait(max(0, tt.wait-recheck))
			if tt.wait > time.Minute {
				require.Empty(t, s.autos, "politeness holds it")
			}
			s.wait(2 * recheck)
			require.Len(t, s.autos, 1, "but not for ever")
		})
	}
}

// Reading the facts starts a handful of processes: a Mac whose person has gone
// home must not do that all night more than once a minute.
func TestALockedNightIsQuiet(t *testing.T) {
	s := newSim(t)
	s.mac.ScreenLocked = true
	s.answerFacts(nil)
	s.serverSays(deviceclient.Forced, true)
	before := s.reads
	s.wait(10 * time.Hour)
	require.LessOrEqual(t, s.reads-before, 10*60+1)
	s.mac.ScreenLocked = false
	s.wait(time.Minute)
	require.Len(t, s.autos, 1, "the person is back")
}

func TestBudgetIsPerDay(t *testing.T) {
	s := newSim(t)
	s.mac.CameraInUse = true
	s.answerFacts(nil)
	s.serverSays(deviceclient.Forced, true)
	s.wait(61 * time.Minute)
	require.Len(t, s.autos, 1)
	s.end(swiftdialog.Later)
	s.wait(forcedInterval)
	require.Len(t, s.autos, 2, "today's budget is spent")
	s.now = s.now.Add(24 * time.Hour)
	s.end(swiftdialog.Later)
	s.wait(forcedInterval + 30*time.Minute)
	require.Len(t, s.autos, 2, "a new day, a new budget")
	require.Less(t, s.m.budgetLeft(), 31*time.Minute)
}

func TestPause(t *testing.T) {
	s := newSim(t)
	s.step(PauseChanged{Pause{Until: s.now.Add(4 * time.Hour), Why: "board meeting"}})
	s.answerFacts(nil)
	s.serverSays(deviceclient.Forced, true)
	s.wait(4*time.Hour - time.Second)
	require.Empty(t, s.autos)
	require.True(t, s.m.Menu().Items[ItemMigrate].Enabled, "who wants to may")
	s.wait(2 * time.Second)
	require.Len(t, s.autos, 1)
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

func TestFlagOff(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	require.True(t, s.m.Menu().Items[ItemMigrate].Visible)
	s.step(SummaryFailed{Offline})
	require.True(t, s.m.Menu().Items[ItemMigrate].Visible, "a failure says nothing about the flag")
	s.serverSays(deviceclient.Voluntary, false)
	require.False(t, s.m.Menu().Items[ItemMigrate].Visible)
}

func TestOpenDialogIsNotYanked(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	s.serverSays(deviceclient.Voluntary, false)
	require.Len(t, s.open, 1)
	require.False(t, s.m.Window.Closing)
	s.end(swiftdialog.Later)
	require.Equal(t, Idle, s.m.State)
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

func TestFactsThatCannotBeRead(t *testing.T) {
	s := newSim(t)
	s.answerFacts(errors.New("profiles hangs"))
	s.serverSays(deviceclient.Forced, true)
	require.Equal(t, Idle, s.m.State, "nothing is offered to a Mac that could not be looked at")
	s.wait(misreadStep + time.Second)
	require.NotEqual(t, Idle, s.m.State, "it is asked again")
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

func TestNoBlurOverAFullScreenApp(t *testing.T) {
	for app, blur := range map[string]bool{"": true, "Keynote": false} {
		s := newSim(t)
		s.mac.FullScreenApp = app
		s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, BlurFrom: "forced"}})
		s.answerFacts(nil)
		s.serverSays(deviceclient.Forced, true)
		s.wait(defaultBudget + recheck)
		require.Len(t, s.autos, 1)
		for _, d := range s.open {
			require.Equal(t, blur, d.Prompt.Blur)
		}
	}
}

// TestAppleGoesFirst holds that where IT set a deadline in Apple Business, the
// person gets Apple's prompt only, and ours if that led nowhere.
func TestAppleGoesFirst(t *testing.T) {
	s := newSim(t)
	deadline := s.now.Add(10 * 24 * time.Hour)
	s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, AppleDeadline: deadline}})
	s.mac.OSVersion = "26.0"
	s.answerFacts(nil)
	s.serverSays(deviceclient.Forced, true)
	s.wait(deadline.Sub(s.now) + appleGrace - time.Second)
	require.Empty(t, s.shown)
	require.False(t, s.m.Menu().Items[ItemMigrate].Visible)
	require.Equal(t, prompt.MenuWord("en", prompt.MenuAppleMigration), s.m.Menu().Items[ItemStatus].Title)
	s.wait(time.Second)
	require.Equal(t, []prompt.Variant{prompt.ADE}, s.shown)
}

func TestAppleDoesNotMoveEveryMac(t *testing.T) {
	for name, change := range map[string]func(*host.Facts){
		"before macOS 26": func(f *host.Facts) { f.OSVersion = "15.6" },
		"in no MDM":       func(f *host.Facts) { f.OSVersion, f.Enrollment = "26.1", host.Enrollment{} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t)
			s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, AppleDeadline: s.now.Add(time.Hour)}})
			change(&s.mac)
			s.answerFacts(nil)
			s.serverSays(deviceclient.Forced, true)
			s.wait(time.Second)
			require.Len(t, s.shown, 1)
		})
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
