package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// The old MDM has let go, and My device does not open: the window that waits
// gives way to one that says so, and the guide comes back on time.
func TestABrowserThatDoesNotOpen(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.mac.ADE = host.ADE{} // by hand, on My device
	s.click()
	s.end(swiftdialog.Agreed)
	s.answerFacts(nil)
	s.answerRequest(Outcome{OK: true})
	s.unenroll()
	s.answerFacts(nil)
	s.obey()
	require.Equal(t, []Page{MyDevice}, s.opened)
	s.step(OpenFailed{MyDevice})
	s.obey()
	require.Equal(t, prompt.Failed, s.m.Window.Shows)
	require.Equal(t, Failure{prompt.ReasonBrowser, "M-BROWSER"}, *s.m.Failure)
	require.Equal(t, AwaitingEnrollment, s.m.State, "it is the page that failed, not the migration")
	s.end(swiftdialog.Agreed)
	s.wait(gapInterval + time.Second)
	require.Equal(t, prompt.WaitingManual, s.m.Window.Shows)
	require.Nil(t, s.m.Failure)
	s.enroll(fleetURL)
	s.answerFacts(nil)
	s.obey()
	require.Equal(t, Done, s.m.State)
}
