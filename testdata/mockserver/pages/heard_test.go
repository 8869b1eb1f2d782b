package pages_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
)

// What a screen reader is told, in the browser's own words.
func TestHeard(t *testing.T) {
	s := newSite(t)
	s.addHost(jo)
	b := browser.New(t)
	s.login(b, adminToken, mdmPath)
	require.Contains(t, drawn(b, "mode=voluntary"), "Migrate to Fleet Acme is moving this Mac")
	require.Subset(t, b.Heard(), []string{
		`switch "End user migration workflow Disabled"`, `radio "Voluntary", disabled, checked`,
		`navigation "Settings"`, `region "What people see"`, `group "Appearance"`, `radio "Light", checked`, `button "Save"`,
	})
	b.Click("#enable")
	b.Click("[value=forced]")
	b.Click("#save")
	b.Sees("#webhook_url-error", "Must be a valid URL.")
	require.Subset(t, b.Heard(), []string{
		`switch "End user migration workflow Enabled", checked`, `radio "Forced", checked`,
		`group "Mode": The window opens by itself, and again 15 minutes after it was put off, until the Mac has left the old MDM. After that it comes every 3 minutes, until the Mac is in Fleet.`,
		`textbox "Webhook URL": Must be a valid URL. When a person chooses Start and the Mac is still in the old MDM, the server sends a POST request here. Whatever receives it makes the old MDM let go., invalid`,
	})
	b.Click("#payload-open")
	require.Subset(t, b.Heard(), []string{`dialog "Example payload", modal`, `group "The request"`, `button "Done"`})
	require.NotContains(t, b.Heard(), `button "Save"`, "what is behind the window is not there")
	b.Go(s.url + "/hosts")
	require.Subset(t, b.Heard(), []string{`table "Hosts 1 to 1 of 1"`, `columnheader "Prompted"`, `rowheader "Jo's Mac"`, `searchbox "Search"`, `combobox "Show"`})
	b.Go(s.url + "/hosts/1")
	require.Subset(t, b.Heard(), []string{`heading "Not prompted"`, `heading "By hand 3 missing"`, `combobox "Profile status at Apple"`, `button "Expire token"`})
}
