package pages

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// cookieName is where a browser keeps the API token: out of reach of scripts
// and of other sites. Nothing is kept here, so a restart logs nobody out.
const cookieName = "mockserver_token"

// member is the person who is logged in.
type member struct {
	Token string
	Name  string
	Role  string // "admin", "gitops" or "observer"
	Tier  string // "premium" or "free"
}

// CanWrite reports whether the role may change anything on the pages.
func (m member) CanWrite() bool { return m.Role == "admin" }

// Premium reports whether the server has Fleet Premium.
func (m member) Premium() bool { return m.Tier == "premium" }

type memberPage func(w http.ResponseWriter, r *http.Request, who member)

// member lets in those who are logged in and sends all others to log in.
func (p *Pages) member(next memberPage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := p.whois(r, tokenOf(r))
		var refused failure
		switch {
		case errors.As(err, &refused) && refused.status == http.StatusUnauthorized:
			http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		case err != nil:
			p.fail(w, member{}, err)
		default:
			next(w, r, who)
		}
	}
}

func (p *Pages) whois(r *http.Request, token string) (member, error) {
	var me struct {
		User struct {
			Name string `json:"name"`
			Role string `json:"global_role"`
		} `json:"user"`
		License struct{ Tier string } `json:"license"`
	}
	err := p.get(r, token, "/me", &me)
	return member{token, me.User.Name, me.User.Role, me.License.Tier}, err
}

func tokenOf(r *http.Request) string {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	token, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return ""
	}
	return string(token)
}

type loginData struct {
	Next  string
	Error string
}

func (p *Pages) loginForm(w http.ResponseWriter, r *http.Request) {
	p.render(w, http.StatusOK, "login", view{Title: "Log in", Data: loginData{Next: local(r.FormValue("next"))}})
}

func (p *Pages) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForward)
	token, next := strings.TrimSpace(r.PostFormValue("token")), local(r.PostFormValue("next"))
	if _, err := p.whois(r, token); err != nil {
		text := "Enter an API token."
		if token != "" {
			text = "The server does not accept this API token: " + err.Error() + "."
		}
		p.render(w, http.StatusUnauthorized, "login", view{Title: "Log in", Data: loginData{next, text}})
		return
	}
	p.setCookie(w, r, base64.RawURLEncoding.EncodeToString([]byte(token)), 0)
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func (p *Pages) logout(w http.ResponseWriter, r *http.Request) {
	p.setCookie(w, r, "", -1)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (p *Pages) setCookie(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
}

// local keeps a redirect on this server: a path is allowed, an address is not.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return "/"
	}
	return next
}
