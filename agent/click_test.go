package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

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

func TestOpenDialogIsNotYanked(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.click()
	s.serverSays(deviceclient.Voluntary, false)
	require.Len(t, s.open, 1)
	require.False(t, s.m.Window.Closing)
	s.end(swiftdialog.Later)
	require.Equal(t, Idle, s.m.State)
}

func TestFlagOff(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	require.True(t, s.m.Menu().Items[ItemMigrate].Visible)
	s.step(SummaryFailed{Offline})
	require.True(t, s.m.Menu().Items[ItemMigrate].Visible, "a failure says nothing about the flag")
	s.serverSays(deviceclient.Voluntary, false)
	require.False(t, s.m.Menu().Items[ItemMigrate].Visible)
}

// A dialog that the agent itself closes takes a while to go. A click meanwhile
// is meant for what comes next.
func TestClickWhileADialogIsClosedIsNotLost(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.unenroll()
	s.answerFacts(nil)
	s.click()
	require.Equal(t, prompt.WaitingADE, s.m.Window.Shows)
	s.now = s.now.Add(time.Hour)
	s.enroll(oldURL)
	s.answerFacts(nil)
	require.Equal(t, Offered, s.m.State)
	require.True(t, s.m.Window.Closing)
	shown := len(s.shown)
	s.click()
	s.now = s.now.Add(3 * time.Second)
	s.obey()
	require.Len(t, s.shown, shown+1)
	require.Equal(t, Prompting, s.m.State)
}

// The click before that one was served by the dialog as it was.
func TestAnOldClickOpensNothing(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.unenroll()
	s.answerFacts(nil)
	s.click()
	s.click()
	s.enroll(oldURL)
	s.answerFacts(nil)
	require.True(t, s.m.Window.Closing)
	shown := len(s.shown)
	s.obey()
	require.Len(t, s.shown, shown)
}
