package pages

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"fleetmigrate/agent/prompt"
)

// deviceData is what My device shows to the person at the Mac.
type deviceData struct {
	Host    hostView `json:"host"`
	Link    string   `json:"org_contact_url"` // as an admin typed it
	Contact template.URL
	Profile string // address of the enrollment profile
}

// TurnOn reports whether "Turn on MDM" is offered: on Fleet that is so for the
// statuses Off and none, and not for Pending.
func (d deviceData) TurnOn() bool { return d.Host.MDM.Status == "Off" || d.Host.MDM.Status == "" }

// myDevice needs no login: the device token in the address is the key.
func (p *Pages) myDevice(w http.ResponseWriter, r *http.Request) {
	path := "/device/" + url.PathEscape(r.PathValue("token"))
	var d deviceData
	err := p.get(r, "", path, &d)
	var refused failure
	if errors.As(err, &refused) && refused.status == http.StatusUnauthorized {
		err = failure{http.StatusUnauthorized, "This link is no longer good. Choose My device in the Fleet menu at the top of the screen for a new one."}
	}
	if err != nil {
		p.fail(w, member{}, err)
		return
	}
	if checked, err := prompt.ContactURL(d.Link); err == nil {
		d.Contact = template.URL(checked) // a page, mail or telephone, which the template would not know
	}
	d.Profile = apiRoot + path + "/mdm/apple/manual_enrollment_profile"
	p.render(w, http.StatusOK, "device", view{Title: "My device", Data: d})
}
