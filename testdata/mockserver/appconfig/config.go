package appconfig

import (
	"encoding/json"
	"strings"
)

// DefaultContactURL is what Fleet fills in where contact_url is empty.
const DefaultContactURL = "https://fleetdm.com/company/contact"

// DefaultTransparencyURL is where "About Fleet" leads unless IT says otherwise.
const DefaultTransparencyURL = "https://fleetdm.com/transparency"

// Config is the body of GET and PATCH /api/latest/fleet/config, without the
// members that only the server itself writes.
type Config struct {
	OrgInfo        OrgInfo        `json:"org_info"`
	ServerSettings ServerSettings `json:"server_settings"`
	FleetDesktop   FleetDesktop   `json:"fleet_desktop"`
	Features       Features       `json:"features"`
	MDM            MDM            `json:"mdm"`
	GitOps         GitOps         `json:"gitops"`

	// Sections that the migration does not read.
	SMTPSettings           json.RawMessage `json:"smtp_settings,omitempty"`
	SSOSettings            json.RawMessage `json:"sso_settings,omitempty"`
	HostExpirySettings     json.RawMessage `json:"host_expiry_settings,omitempty"`
	ActivityExpirySettings json.RawMessage `json:"activity_expiry_settings,omitempty"`
	AgentOptions           json.RawMessage `json:"agent_options,omitempty"`
	WebhookSettings        json.RawMessage `json:"webhook_settings,omitempty"`
	Integrations           json.RawMessage `json:"integrations,omitempty"`
	VulnerabilitySettings  json.RawMessage `json:"vulnerability_settings,omitempty"`
	YaraRules              json.RawMessage `json:"yara_rules,omitempty"`
	ConditionalAccess      json.RawMessage `json:"conditional_access,omitempty"`
}

// OrgInfo is name, logos and support link. Each logo has two names: the older
// one and the one of 2026; they always hold the same value.
type OrgInfo struct {
	OrgName                   string `json:"org_name"`
	OrgLogoURL                string `json:"org_logo_url"`
	OrgLogoURLLightBackground string `json:"org_logo_url_light_background"`
	OrgLogoURLDarkMode        string `json:"org_logo_url_dark_mode"`
	OrgLogoURLLightMode       string `json:"org_logo_url_light_mode"`
	ContactURL                string `json:"contact_url"`
}

// ServerSettings holds the address under which hosts know the server.
type ServerSettings struct {
	ServerURL            string `json:"server_url"`
	LiveQueryDisabled    bool   `json:"live_query_disabled"`
	EnableAnalytics      bool   `json:"enable_analytics"`
	DebugHostIDs         []uint `json:"debug_host_ids,omitempty"`
	DeferredSaveHost     bool   `json:"deferred_save_host"`
	QueryReportsDisabled bool   `json:"query_reports_disabled"`
	ScriptsDisabled      bool   `json:"scripts_disabled"`
	AIFeaturesDisabled   bool   `json:"ai_features_disabled"`
	QueryReportCap       int    `json:"query_report_cap"`
}

// FleetDesktop is what the tray shows besides the migration.
type FleetDesktop struct {
	TransparencyURL        string `json:"transparency_url"`
	AlternativeBrowserHost string `json:"alternative_browser_host"`
}

// Features are the switches of host vitals. DetailQueryOverrides replaces a
// vitals query by name, or turns it off with null.
type Features struct {
	EnableHostUsers         bool               `json:"enable_host_users"`
	EnableSoftwareInventory bool               `json:"enable_software_inventory"`
	AdditionalQueries       json.RawMessage    `json:"additional_queries,omitempty"`
	DetailQueryOverrides    map[string]*string `json:"detail_query_overrides,omitempty"`
}

// GitOps makes the pages read-only; the API still takes writes.
type GitOps struct {
	GitOpsModeEnabled bool            `json:"gitops_mode_enabled"`
	RepositoryURL     string          `json:"repository_url"`
	Exceptions        json.RawMessage `json:"exceptions,omitempty"`
}

// MDM is the mdm section. The first three members are the server's own word:
// a PATCH of them is ignored, so that an answer can be sent back.
type MDM struct {
	EnabledAndConfigured        bool `json:"enabled_and_configured"`
	AppleBMEnabledAndConfigured bool `json:"apple_bm_enabled_and_configured"`
	AppleBMTermsExpired         bool `json:"apple_bm_terms_expired"`

	MacOSMigration MacOSMigration `json:"macos_migration"`

	AppleBMDefaultTeam          string          `json:"apple_bm_default_team"`
	AppleServerURL              string          `json:"apple_server_url"`
	AppleBusinessManager        json.RawMessage `json:"apple_business_manager,omitempty"`
	VolumePurchasingProgram     json.RawMessage `json:"volume_purchasing_program,omitempty"`
	MacOSUpdates                json.RawMessage `json:"macos_updates,omitempty"`
	IOSUpdates                  json.RawMessage `json:"ios_updates,omitempty"`
	IPadOSUpdates               json.RawMessage `json:"ipados_updates,omitempty"`
	MacOSSettings               json.RawMessage `json:"macos_settings,omitempty"`
	MacOSSetup                  json.RawMessage `json:"macos_setup,omitempty"`
	EndUserAuthentication       json.RawMessage `json:"end_user_authentication,omitempty"`
	WindowsEnabledAndConfigured bool            `json:"windows_enabled_and_configured"`
	WindowsMigrationEnabled     bool            `json:"windows_migration_enabled"`
	WindowsUpdates              json.RawMessage `json:"windows_updates,omitempty"`
	WindowsSettings             json.RawMessage `json:"windows_settings,omitempty"`
	EnableDiskEncryption        bool            `json:"enable_disk_encryption"`
}

// MacOSMigration is the end user migration workflow. Mode is "voluntary",
// "forced" or, by default, empty, which means voluntary.
type MacOSMigration struct {
	Enable     bool   `json:"enable"`
	Mode       string `json:"mode"`
	WebhookURL string `json:"webhook_url"`
}

// New returns the settings of a server that was just set up. contact_url is
// empty: Fleet fills it in when the settings are read or first saved, and until
// then devices get an empty one.
func New(orgName, serverURL string) Config {
	return Config{
		OrgInfo:        OrgInfo{OrgName: orgName},
		ServerSettings: ServerSettings{ServerURL: serverURL, EnableAnalytics: true},
		FleetDesktop:   FleetDesktop{TransparencyURL: DefaultTransparencyURL},
		Features:       defaultFeatures(),
	}
}

func defaultFeatures() Features {
	return Features{EnableHostUsers: true, EnableSoftwareInventory: true}
}

// Shown is what a reader of the settings gets: the contact default filled in
// and stored logos made absolute.
func (c Config) Shown() Config {
	if c.OrgInfo.ContactURL == "" {
		c.OrgInfo.ContactURL = DefaultContactURL
	}
	c.OrgInfo = c.OrgInfo.Absolute(c.ServerSettings.ServerURL)
	return c
}

// Absolute resolves logos that the server itself keeps, which are stored
// without the server's address.
func (o OrgInfo) Absolute(serverURL string) OrgInfo {
	for _, p := range []*string{&o.OrgLogoURL, &o.OrgLogoURLLightBackground, &o.OrgLogoURLDarkMode, &o.OrgLogoURLLightMode} {
		if strings.HasPrefix(*p, "/api/") {
			*p = strings.TrimSuffix(serverURL, "/") + *p
		}
	}
	return o
}
