package pages

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// migrationView is why a host is or is not prompted, and what has happened so far.
type migrationView struct {
	Now        time.Time   `json:"now"`
	Prompted   bool        `json:"prompted"`
	Renew      bool        `json:"renew_enrollment_profile"`
	Path       string      `json:"path"`
	Error      string      `json:"error"`
	Conditions []condition `json:"conditions"`
	Token      *struct {
		IssuedAt  time.Time `json:"issued_at"`
		ExpiresAt time.Time `json:"expires_at"`
		Expired   bool      `json:"expired"`
	} `json:"token"`
	Summary *struct {
		At     time.Time `json:"at"`
		Status int       `json:"status"`
		Needs  bool      `json:"needs_mdm_migration"`
		Renew  bool      `json:"renew_enrollment_profile"`
	} `json:"last_summary"`
	Trigger *struct {
		At     time.Time `json:"at"`
		Status int       `json:"status"`
		Reason string    `json:"reason"`
	} `json:"last_trigger"`
	Webhooks []struct {
		At       time.Time `json:"at"`
		URL      string    `json:"url_masked"`
		Status   int       `json:"status"`
		Error    string    `json:"error"`
		Body     string    `json:"body"`
		Duration int       `json:"duration_ms"`
	} `json:"webhooks"`
	Window *time.Time `json:"refetch_critical_queries_until"`
}

type condition struct {
	Group, Label, Detail string
	OK                   bool
}

// Group returns the conditions of one group.
func (m migrationView) Group(name string) (group []condition) {
	for _, c := range m.Conditions {
		if c.Group == name {
			group = append(group, c)
		}
	}
	return group
}

// Missing counts the conditions of one group that do not hold.
func (m migrationView) Missing(name string) int { return len(missing(m.Group(name))) }

func missing(group []condition) (list []condition) {
	for _, c := range group {
		if !c.OK {
			list = append(list, c)
		}
	}
	return list
}

// way is one path to being prompted, and what of it does not hold.
type way struct {
	Way     string
	Missing []condition
}

// Nearest is the path of which the least is missing, automatic enrollment where both are alike.
func (m migrationView) Nearest() way {
	common := missing(m.Group("common"))
	nearest := way{"automatic enrollment", append(slices.Clone(common), missing(m.Group("ade"))...)}
	if by := missing(m.Group("manual")); len(common)+len(by) < len(nearest.Missing) {
		return way{"enrollment by hand", append(slices.Clone(common), by...)}
	}
	return nearest
}

// WindowOpen reports whether the MDM is being asked for on every read now.
func (m migrationView) WindowOpen() bool { return m.Window != nil && m.Window.After(m.Now) }

// WindowSeconds is how long it stays open.
func (m migrationView) WindowSeconds() int { return int(m.Window.Sub(m.Now).Seconds()) + 1 }

func (p *Pages) host(w http.ResponseWriter, r *http.Request, who member) {
	var answer struct{ Host hostView }
	if err := p.get(r, who.Token, "/hosts/"+url.PathEscape(r.PathValue("id")), &answer); err != nil {
		p.fail(w, who, err)
		return
	}
	p.render(w, http.StatusOK, "host", view{Title: answer.Host.Name, Place: "hosts", Who: who, Data: answer.Host})
}
