package appconfig

import (
	"encoding/json"

	"fleetmigrate/testdata/mockserver/wire"
)

// given is which of two names for one setting a body used.
type given struct {
	OrgInfo struct {
		Dark       *string `json:"org_logo_url"`
		Light      *string `json:"org_logo_url_light_background"`
		DarkMode   *string `json:"org_logo_url_dark_mode"`
		LightMode  *string `json:"org_logo_url_light_mode"`
		ContactURL *string `json:"contact_url"`
	} `json:"org_info"`
	Features     json.RawMessage `json:"features"`
	HostSettings json.RawMessage `json:"host_settings"`
}

func (g given) legacyFeatures() bool { return len(g.HostSettings) > 0 }

func readGiven(body []byte) (given, error) {
	var g given
	if err := json.Unmarshal(body, &g); err != nil {
		return g, wire.BadRequest(errDecode)
	}
	if g.legacyFeatures() && len(g.Features) > 0 {
		return g, wire.UserMessage(`"host_settings" and "features" are two names of one setting: give only "features"`)
	}
	return g, nil
}
