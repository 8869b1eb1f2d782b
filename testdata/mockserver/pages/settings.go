package pages

import "net/http"

// settings is the part of the configuration that the pages show.
type settings struct {
	OrgInfo struct {
		Name      string `json:"org_name"`
		LogoDark  string `json:"org_logo_url"`
		LogoLight string `json:"org_logo_url_light_background"`
		Contact   string `json:"contact_url"`
	} `json:"org_info"`
	MDM struct {
		Connected bool `json:"apple_bm_enabled_and_configured"`
		Migration struct {
			Enable     bool   `json:"enable"`
			Mode       string `json:"mode"`
			WebhookURL string `json:"webhook_url"`
		} `json:"macos_migration"`
	} `json:"mdm"`
	GitOps struct {
		Enabled    bool   `json:"gitops_mode_enabled"`
		Repository string `json:"repository_url"`
	} `json:"gitops"`
}

// form is one settings page.
type form struct {
	settings
	ReadOnly string // why nothing can be changed here; "" when it can
}

// Forced reports whether the stored mode is forced; anything else means voluntary.
func (f form) Forced() bool { return f.MDM.Migration.Mode == "forced" }

func (p *Pages) organization(w http.ResponseWriter, r *http.Request, who member) {
	p.settingsPage(w, r, who, "organization", view{Title: "Organization info", Place: "organization"})
}

func (p *Pages) migration(w http.ResponseWriter, r *http.Request, who member) {
	p.settingsPage(w, r, who, "migration", view{Title: "End user migration workflow", Place: "mdm"})
}

func (p *Pages) appleBusiness(w http.ResponseWriter, r *http.Request, who member) {
	p.settingsPage(w, r, who, "applebusiness", view{Title: "Apple Business", Place: "mdm"})
}

func (p *Pages) settingsPage(w http.ResponseWriter, r *http.Request, who member, name string, v view) {
	var f form
	if err := p.get(r, who.Token, "/config", &f.settings); err != nil {
		p.fail(w, who, err)
		return
	}
	f.ReadOnly = f.readOnly(who)
	v.Who, v.Data = who, f
	p.render(w, http.StatusOK, name, v)
}

func (f form) readOnly(who member) string {
	switch {
	case f.GitOps.Enabled && f.GitOps.Repository != "":
		return "GitOps mode is on: these settings are managed in " + f.GitOps.Repository + "."
	case f.GitOps.Enabled:
		return "GitOps mode is on: these settings are managed in your repository."
	case !who.CanWrite():
		return "Your role, " + who.Role + ", may read these settings and not change them."
	}
	return ""
}
