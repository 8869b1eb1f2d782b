package pages

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog/preview"
)

// returnsIn is when the agent shows a forced dialog again.
const returnsIn = 15 * time.Minute

// look is which dialog the preview shows, and to whom.
type look struct {
	Moment   string         // of prompt.Scenes; "" is the question
	Variant  prompt.Variant // of the question
	Language string
	Forced   bool
	Dark     bool
	OrgName  string
	Contact  string
}

// drawing is one drawn dialog, for the page's script.
type drawing struct {
	HTML string `json:"html"` // escaped by preview, which took it apart as Markdown
	Note string `json:"note"` // what of the settings the dialog will not show, and why
}

// logoPatience is how long a drawing waits for the logos; the page is there already.
const logoPatience = 5 * time.Second

// lookOf reads what the page's controls ask for; what they don't say is as stored.
func lookOf(r *http.Request, stored settings) look {
	q := r.URL.Query()
	l := look{Moment: q.Get("moment"), Variant: prompt.ADE, Language: prompt.Match([]string{q.Get("language")}), Forced: stored.MDM.Migration.Mode == "forced",
		OrgName: stored.OrgInfo.Name, Contact: stored.OrgInfo.Contact}
	if v := prompt.Variant(q.Get("variant")); v == prompt.Manual || v == prompt.PreSonoma {
		l.Variant = v
	}
	if q.Has("mode") {
		l.Forced = q.Get("mode") == "forced"
	}
	l.Dark = q.Get("appearance") == "dark"
	if q.Has("org_name") {
		l.OrgName = q.Get("org_name")
	}
	if q.Has("contact_url") {
		l.Contact = q.Get("contact_url")
	}
	return l
}

// draw makes the dialog with the code that the agent makes it with. A logo that
// can't be fetched is left away, as on a Mac, and the note says so.
func (p *Pages) draw(ctx context.Context, stored settings, l look) (d drawing, err error) {
	ctx, cancel := context.WithTimeout(ctx, logoPatience)
	defer cancel()
	logo, err := p.logos.Fetch(ctx, stored.OrgInfo.LogoLight, stored.OrgInfo.LogoDark)
	if err != nil {
		d.Note = "The logo is missing: " + err.Error() + ". "
	}
	contact, err := prompt.ContactURL(l.Contact)
	if err != nil {
		d.Note += "The contact link is missing: " + err.Error() + "."
	}
	req := l.request(prompt.Request{Variant: l.Variant, Language: l.Language, Dark: l.Dark, Forced: l.Forced, OrgName: l.OrgName,
		ContactURL: contact, Logo: logo, Now: time.Now(), DeferralsLeft: -1, Pictures: p.dir})
	d.HTML, err = preview.HTML(prompt.Build(req), l.Dark)
	return d, err
}

// request is what the agent would make the dialog from.
func (l look) request(question prompt.Request) prompt.Request {
	for _, s := range moments(question) {
		if s.ID == l.Moment {
			s.Request.ContactURL = question.ContactURL // which may be none
			return s.Request
		}
	}
	if l.Forced {
		question.ReturnsIn = returnsIn
	}
	return question
}

func (p *Pages) preview(w http.ResponseWriter, r *http.Request, who member) {
	var stored settings
	if err := p.get(r, who.Token, "/config", &stored); err != nil {
		p.fail(w, who, err)
		return
	}
	drawn, err := p.draw(r.Context(), stored, lookOf(r, stored))
	if err != nil {
		p.fail(w, who, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(drawn) // the client is gone; there is nobody to tell
}
