package pages

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

// view is what every page shows around its own Data.
type view struct {
	Title string
	Place string // which part of the navigation is current
	Who   member // zero where nobody is logged in
	Data  any
}

var templates = parseTemplates("login", "failure", "organization", "migration", "applebusiness", "hosts", "host", "activities", "device")

// parseTemplates gives each page its own "main" inside the one layout.
func parseTemplates(names ...string) map[string]*template.Template {
	shared := template.Must(template.New("layout.html").Funcs(template.FuncMap{
		"stamp": stamp, "iso": iso, "ago": ago, "list": func(items ...any) []any { return items },
		"moments": choices, "languages": languages,
	}).ParseFS(files, "templates/layout.html", "templates/parts.html"))
	all := map[string]*template.Template{}
	for _, name := range names {
		own := template.Must(shared.Clone())
		all[name] = template.Must(own.ParseFS(files, "templates/"+name+".html"))
	}
	return all
}

// render writes a whole page, or nothing of it when it can't be made.
func (p *Pages) render(w http.ResponseWriter, status int, name string, v view) {
	var out bytes.Buffer
	if err := templates[name].Execute(&out, v); err != nil {
		http.Error(w, fmt.Sprintf("drawing the page %s: %v", name, err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}

// fail shows what the API said instead of a page.
func (p *Pages) fail(w http.ResponseWriter, who member, err error) {
	shown := failure{http.StatusInternalServerError, err.Error()}
	errors.As(err, &shown)
	if shown.status == http.StatusForbidden && who.Role == "gitops" {
		shown.text = "The GitOps role writes settings through the API and the command line. It can't read them, so there is nothing to show here."
	}
	p.render(w, shown.status, "failure", view{Title: http.StatusText(shown.status), Who: who, Data: shown.text})
}

// stamp is a moment as people read it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// iso is a moment as programs read it.
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ago says in one unit how long before now t was; a moment to come is "in ...".
func ago(t, now time.Time) string {
	d := now.Sub(t)
	format := "%s ago"
	if d < 0 {
		d, format = -d, "in %s"
	}
	return fmt.Sprintf(format, unit(d))
}

func unit(d time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d >= u.size {
			return fmt.Sprintf("%d %s", d/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
