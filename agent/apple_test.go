package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
)

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
	require.Equal(t, prompt.MenuWord("en", prompt.MenuAppleMigration, nil), s.m.Menu().Items[ItemStatus].Title)
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
