package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// hostView is a host as the API shows it.
type hostView struct {
	ID       int       `json:"id"`
	Name     string    `json:"display_name"`
	Serial   string    `json:"hardware_serial"`
	UUID     string    `json:"uuid"`
	Model    string    `json:"hardware_model"`
	System   string    `json:"os_version"`
	Status   string    `json:"status"`
	Seen     time.Time `json:"seen_time"` // zero when it was never seen
	Assigned bool      `json:"dep_assigned_to_fleet"`
	Needs    bool      `json:"needs_mdm_migration"`
	MDM      struct {
		Status string `json:"enrollment_status"` // "" when the host never reported
		URL    string `json:"server_url"`
		Name   string `json:"name"`
	} `json:"mdm"`
	Migration migrationView `json:"migration"`
}

// hostsPerPage is how many hosts one page lists.
const hostsPerPage = 50

type hostsData struct {
	Hosts    []hostView
	Count    int
	Query    string
	Filter   string // "", "true" or "false": needs_mdm_migration
	Previous string // address of the page before; "" on the first
	Next     string
	First    string // addresses, wherever one is
	Last     string
	From, To int
}

func (p *Pages) hosts(w http.ResponseWriter, r *http.Request, who member) {
	d := hostsData{Query: strings.TrimSpace(r.FormValue("query")), Filter: r.FormValue("prompted")}
	page, err := strconv.Atoi(r.FormValue("page"))
	if err != nil || page < 0 {
		page = 0
	}
	q := url.Values{"query": {d.Query}, "needs_mdm_migration": {d.Filter}, "page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(hostsPerPage)}}
	var answer struct {
		Hosts []hostView
		Count int
		Meta  struct {
			Next bool `json:"has_next_results"`
		}
	}
	if err := p.get(r, who.Token, "/hosts?"+q.Encode(), &answer); err != nil {
		p.fail(w, who, err)
		return
	}
	d.Hosts, d.Count = answer.Hosts, answer.Count
	d.From, d.To = page*hostsPerPage+1, page*hostsPerPage+len(d.Hosts)
	d.First, d.Last = d.address(0), d.address(max(0, d.Count-1)/hostsPerPage)
	if page > 0 {
		d.Previous = d.address(page - 1)
	}
	if answer.Meta.Next {
		d.Next = d.address(page + 1)
	}
	p.render(w, http.StatusOK, "hosts", view{Title: "Hosts", Place: "hosts", Who: who, Data: d})
}

func (d hostsData) address(page int) string {
	return "/hosts?" + url.Values{"query": {d.Query}, "prompted": {d.Filter}, "page": {strconv.Itoa(page)}}.Encode()
}
