package mockserver

import (
	"io"
	"net/http"
	"strconv"

	"fleetmigrate/testdata/mockserver/appconfig"
	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/webhook"
	"fleetmigrate/testdata/mockserver/wire"
)

// configAnswer is the settings with what only the server writes. A PATCH's
// answer has no update intervals.
type configAnswer struct {
	appconfig.Config
	UpdateInterval  map[string]any `json:"update_interval"`
	Vulnerabilities map[string]any `json:"vulnerabilities"`
	License         map[string]any `json:"license"`
	Logging         map[string]any `json:"logging"`
}

func (s *Server) configJSON(c appconfig.Config) configAnswer {
	c = c.Shown()
	c.MDM.EnabledAndConfigured = !s.cfg.MDMOff
	c.MDM.AppleBMEnabledAndConfigured = !s.cfg.MDMOff && !s.cfg.ABMDisconnected
	return configAnswer{Config: c, License: s.licenseJSON(), Logging: map[string]any{
		"debug": false, "json": true,
		"result": map[string]any{"plugin": "stdout", "config": map[string]any{}},
		"status": map[string]any{"plugin": "stdout", "config": map[string]any{}},
		"audit":  map[string]any{"plugin": "stdout", "config": map[string]any{}},
	}}
}

func (s *Server) licenseJSON() map[string]any {
	l := map[string]any{"tier": s.cfg.License, "expiration": "0001-01-01T00:00:00Z"}
	if s.premium() {
		l["organization"], l["device_count"], l["note"] = "Companion server", 100_000, ""
		l["expiration"] = "2099-12-31T00:00:00Z"
	}
	return l
}

func (s *Server) getConfig(w http.ResponseWriter, _ *http.Request, _ role) error {
	body := s.configJSON(s.store.Config())
	body.UpdateInterval = map[string]any{"osquery_detail": vitalsInterval, "osquery_policy": vitalsInterval}
	body.Vulnerabilities = map[string]any{"databases_path": "", "periodicity": vitalsInterval, "cpe_database_url": "",
		"cpe_translations_url": "", "cve_feed_prefix_url": "", "current_instance_checks": "auto",
		"disable_data_sync": true, "recent_vulnerability_max_age": 30 * 24 * vitalsInterval, "disable_win_os_vulnerabilities": false}
	wire.JSON(w, http.StatusOK, body)
	return nil
}

// patchConfig merges, checks and stores, all as one step: two writers never
// overwrite each other's fields, and a refused body has changed nothing.
func (s *Server) patchConfig(w http.ResponseWriter, r *http.Request, who role) error {
	if isForm(r) {
		return wire.Undecodable(reasonNoJSON)
	}
	flags, err := readFlags(r, "dry_run", "force", "overwrite")
	if err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return unreadable(err)
	}
	opts := appconfig.Options{Premium: s.premium(), Overwrite: flags["overwrite"], DryRun: flags["dry_run"]}
	if opts.DryRun {
		stored := s.store.Config()
		if _, err := appconfig.Apply(stored, body, opts); err != nil {
			return err
		}
		wire.JSON(w, http.StatusOK, s.configJSON(stored))
		return nil
	}
	err = s.store.UpdateConfig(func(stored appconfig.Config) (appconfig.Config, []store.Activity, error) {
		next, err := appconfig.Apply(stored, body, opts)
		return next, configActivities(stored, next, who), err
	})
	if err != nil {
		return err
	}
	wire.JSON(w, http.StatusOK, s.configJSON(s.store.Config()))
	return nil
}

// readFlags reads boolean query parameters.
func readFlags(r *http.Request, names ...string) (map[string]bool, error) {
	flags := map[string]bool{}
	for _, name := range names {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		value, err := strconv.ParseBool(text)
		if err != nil {
			return nil, wire.Undecodable("invalid value for " + name + ": want true or false")
		}
		flags[name] = value
	}
	return flags, nil
}

// configActivities is one line of the audit log per section that really changed.
func configActivities(before, after appconfig.Config, who role) []store.Activity {
	var list []store.Activity
	add := func(kind string, details map[string]any) {
		list = append(list, store.Activity{Actor: who.title, Type: kind, Details: details})
	}
	if m := after.MDM.MacOSMigration; m != before.MDM.MacOSMigration {
		add("edited_macos_migration", map[string]any{"enable": m.Enable, "mode": m.Mode, "webhook_url": webhook.Mask(m.WebhookURL)})
	}
	// Shown: the contact that Fleet fills in at the first save is nobody's change.
	if o := after.Shown().OrgInfo; o != before.Shown().OrgInfo {
		add("edited_org_info", map[string]any{"org_name": o.OrgName, "contact_url": o.ContactURL,
			"org_logo_url": o.OrgLogoURL, "org_logo_url_light_background": o.OrgLogoURLLightBackground})
	}
	if otherSections(before, after) {
		add("edited_app_config", map[string]any{})
	}
	return list
}

func otherSections(before, after appconfig.Config) bool {
	before.OrgInfo, before.MDM.MacOSMigration = after.OrgInfo, after.MDM.MacOSMigration
	b, errB := wire.Encode(before)
	a, errA := wire.Encode(after)
	return errA != nil || errB != nil || string(a) != string(b)
}
