package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

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
	require.Less(t, s.m.budgetLeft(s.now), 31*time.Minute)
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

// A clock that is set back must not put off the next look at the gates.
func TestClockSetBackWhileHeld(t *testing.T) {
	for name, hold := range map[string]func(*host.Facts){
		"hard": func(f *host.Facts) { f.ScreenLocked = true },
		"soft": func(f *host.Facts) { f.CameraInUse = true },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t)
			hold(&s.mac)
			s.answerFacts(nil)
			s.serverSays(deviceclient.Forced, true)
			s.answerFacts(nil)
			s.now = s.now.Add(-24 * time.Hour)
			s.step(Alarm{})
			s.mac.Moment = host.Moment{}
			s.wait(hardRecheck + time.Second)
			require.Len(t, s.autos, 1)
		})
	}
}
