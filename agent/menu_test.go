package agent

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
)

// TestMenuInITsWords: the menu's texts are texts like all others.
func TestMenuInITsWords(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.step(PolicyChanged{policy.Policy{FleetURL: fleetURL, Texts: map[string]map[string]string{
		"en": {"menu_offline": "No network", "menu_about": "About this\nagent"}, "de": {"menu_my_device": "Mein Mac"}}}})
	s.step(SummaryFailed{Offline})
	menu := s.m.Menu()
	require.Equal(t, "No network", menu.Items[ItemStatus].Title)
	require.Equal(t, "About this agent", menu.Items[ItemAbout].Title)
	require.Equal(t, prompt.Texts("en")["menu_my_device"], menu.Items[ItemMyDevice].Title)
}
