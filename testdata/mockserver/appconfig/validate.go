package appconfig

import (
	"net/url"

	"fleetmigrate/testdata/mockserver/wire"
)

// The modes of the end user migration workflow.
const (
	Voluntary = "voluntary"
	Forced    = "forced"
)

// validate returns every field that is wrong, in Fleet's order, and mirrors
// the two names of each logo.
func validate(stored Config, next *Config, g given, opts Options) []wire.Field {
	var fields []wire.Field
	if next.OrgInfo.OrgName == "" {
		fields = append(fields, wire.Field{Name: "org_name", Reason: "organization name must be present"})
	}
	if next.ServerSettings.ServerURL == "" {
		fields = append(fields, wire.Field{Name: "server_url", Reason: "Fleet server URL must be present"})
	}
	fields = append(fields, mirrorLogos(&next.OrgInfo, g)...)
	if next.MDM.MacOSMigration != stored.MDM.MacOSMigration {
		fields = append(fields, next.MDM.MacOSMigration.validate(opts.Premium)...)
	}
	return fields
}

func mirrorLogos(o *OrgInfo, g given) []wire.Field {
	fields := mirror("org_logo_url", "org_logo_url_dark_mode",
		&o.OrgLogoURL, &o.OrgLogoURLDarkMode, g.OrgInfo.Dark, g.OrgInfo.DarkMode)
	return append(fields, mirror("org_logo_url_light_background", "org_logo_url_light_mode",
		&o.OrgLogoURLLightBackground, &o.OrgLogoURLLightMode, g.OrgInfo.Light, g.OrgInfo.LightMode)...)
}

// mirror keeps the older and the newer name of one logo equal. A pointer is nil
// where the body did not give that name.
func mirror(oldName, newName string, oldValue, newValue, oldGiven, newGiven *string) []wire.Field {
	switch {
	case oldGiven != nil && newGiven != nil:
		if *oldGiven != *newGiven {
			return []wire.Field{{Name: oldName, Reason: "cannot specify both " + oldName + " and " + newName + " with different values"}}
		}
	case oldGiven != nil:
		*newValue = *oldValue
	case newGiven != nil:
		*oldValue = *newValue
	}
	return nil
}

// validate checks a changed section. While the workflow is off any text is
// stored, and turning it off needs no license.
func (m MacOSMigration) validate(premium bool) []wire.Field {
	if !m.Enable {
		return nil
	}
	if !premium {
		return []wire.Field{{Name: "macos_migration.enable", Reason: wire.LicenseText}}
	}
	var fields []wire.Field
	if m.Mode != Voluntary && m.Mode != Forced {
		fields = append(fields, wire.Field{Name: "macos_migration.mode", Reason: "mode must be one of 'voluntary' or 'forced'"})
	}
	if reason := checkWebhookURL(m.WebhookURL); reason != "" {
		fields = append(fields, wire.Field{Name: "macos_migration.webhook_url", Reason: reason})
	}
	return fields
}

// checkWebhookURL looks only at what Fleet looks at: the host may be missing.
func checkWebhookURL(raw string) string {
	u, err := url.ParseRequestURI(raw)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme != "http" && u.Scheme != "https":
		return "webhook_url must be https or http"
	}
	return ""
}
