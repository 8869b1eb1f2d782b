package deviceclient

// Summary is what the desktop polls: GET /api/latest/fleet/device/{token}/desktop.
// Absent members mean false or empty; unknown members are ignored.
type Summary struct {
	FailingPolicies        uint          `json:"failing_policies_count"`
	SelfService            *bool         `json:"self_service"`
	Notifications          Notifications `json:"notifications"`
	Config                 SummaryConfig `json:"config"`
	AlternativeBrowserHost string        `json:"alternative_browser_host"`

	// Partial reports that an old server answered 404 on the summary and this
	// value was put together from its policies endpoint: branding and flags are unknown.
	Partial bool `json:"-"`
}

// Notifications are the server's flags to the agent, not pop-ups.
type Notifications struct {
	NeedsMDMMigration      bool `json:"needs_mdm_migration"`
	RenewEnrollmentProfile bool `json:"renew_enrollment_profile"`
}

// SummaryConfig is the part of the server's settings that a device may see.
type SummaryConfig struct {
	OrgInfo OrgInfo `json:"org_info"`
	MDM     struct {
		MacOSMigration MacOSMigration `json:"macos_migration"`
	} `json:"mdm"`
}

// OrgInfo is the organization's branding, untrusted text and URLs.
type OrgInfo struct {
	OrgName                   string `json:"org_name"`
	OrgLogoURL                string `json:"org_logo_url"`
	OrgLogoURLLightBackground string `json:"org_logo_url_light_background"`
	OrgLogoURLDarkMode        string `json:"org_logo_url_dark_mode"`
	OrgLogoURLLightMode       string `json:"org_logo_url_light_mode"`
	ContactURL                string `json:"contact_url"`
}

// MacOSMigration carries the mode; the switch itself and the webhook URL never reach a device.
type MacOSMigration struct {
	Mode Mode `json:"mode"`
}

// Mode is the end-user migration mode. The empty string, the server's default, means voluntary.
type Mode string

// The modes a server sends.
const (
	Voluntary Mode = "voluntary"
	Forced    Mode = "forced"
)

// Forced reports whether the dialog may appear by itself.
func (m Mode) Forced() bool { return m == Forced }

// LightLogo is the logo for light backgrounds, newer member first.
func (o OrgInfo) LightLogo() string { return first(o.OrgLogoURLLightMode, o.OrgLogoURLLightBackground) }

// DarkLogo is the logo for dark backgrounds, newer member first.
func (o OrgInfo) DarkLogo() string { return first(o.OrgLogoURLDarkMode, o.OrgLogoURL) }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
