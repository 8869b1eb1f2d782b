package pages

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// activity is one line of the audit log.
type activity struct {
	ID      int            `json:"id"`
	At      time.Time      `json:"created_at"`
	Actor   string         `json:"actor_full_name"`
	Type    string         `json:"type"`
	Details map[string]any `json:"details"`
}

// Who is the person, or the host that did it by itself.
func (a activity) Who() string {
	if a.Actor != "" {
		return a.Actor
	}
	return a.host()
}

func (a activity) host() string {
	if name, ok := a.Details["host_display_name"].(string); ok && name != "" {
		return name
	}
	return "The server"
}

// What says what was done, in a sentence without its subject.
func (a activity) What() string {
	text := func(key string) string { return fmt.Sprint(a.Details[key]) }
	switch a.Type {
	case "edited_macos_migration":
		if a.Details["enable"] != true {
			return "turned the end user migration workflow off"
		}
		return "turned the end user migration workflow on, mode " + text("mode") + ", webhook " + text("webhook_url")
	case "edited_org_info":
		return "changed the organization info: " + text("org_name") + ", contact " + text("contact_url")
	case "edited_app_config":
		return "changed other settings"
	case "triggered_macos_migration":
		return "asked to migrate: the webhook " + text("webhook_url") + " " + outcome(a.Details)
	case "fleet_enrolled":
		return "installed the agent"
	case "mdm_enrolled":
		return "enrolled " + a.host() + " in Fleet"
	case "mdm_unenrolled":
		return "unenrolled " + a.host() + " from its MDM"
	case "assigned_abm":
		return "assigned " + a.host() + " to Fleet in Apple Business Manager"
	case "unassigned_abm":
		return "took the assignment of " + a.host() + " in Apple Business Manager back"
	case "expired_device_token":
		return "expired the device token of " + a.host()
	}
	return a.Type
}

func outcome(details map[string]any) string {
	if status, ok := details["webhook_status"].(float64); ok && status > 0 {
		return fmt.Sprintf("answered %d", int(status))
	}
	return "did not answer"
}

// activitiesPerPage is how many lines one page lists.
const activitiesPerPage = 50

type activitiesData struct {
	Activities     []activity
	Previous, Next string
}

func (p *Pages) activities(w http.ResponseWriter, r *http.Request, who member) {
	page, err := strconv.Atoi(r.FormValue("page"))
	if err != nil || page < 0 {
		page = 0
	}
	var answer struct {
		Activities []activity
		Meta       struct {
			Next bool `json:"has_next_results"`
		}
	}
	if err := p.get(r, who.Token, fmt.Sprintf("/activities?page=%d&per_page=%d", page, activitiesPerPage), &answer); err != nil {
		p.fail(w, who, err)
		return
	}
	d := activitiesData{Activities: answer.Activities}
	if page > 0 {
		d.Previous = fmt.Sprintf("/activities?page=%d", page-1)
	}
	if answer.Meta.Next {
		d.Next = fmt.Sprintf("/activities?page=%d", page+1)
	}
	p.render(w, http.StatusOK, "activities", view{Title: "Activity", Place: "activity", Who: who, Data: d})
}
