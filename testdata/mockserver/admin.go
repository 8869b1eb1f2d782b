package mockserver

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// role is what an API token may do.
type role struct{ name, title string }

var (
	roleAdmin    = role{"admin", "Admin"}
	roleGitOps   = role{"gitops", "GitOps"}
	roleObserver = role{"observer", "Observer"}
)

func (c Config) roles() map[string]role {
	roles := map[string]role{}
	for token, r := range map[string]role{c.ObserverToken: roleObserver, c.GitOpsToken: roleGitOps, c.AdminToken: roleAdmin} {
		if token != "" {
			roles[token] = r
		}
	}
	return roles
}

// permission says which roles may.
type permission func(role) bool

func canLogin(role) bool         { return true }
func canRead(r role) bool        { return r == roleAdmin || r == roleObserver }
func canWriteConfig(r role) bool { return r == roleAdmin || r == roleGitOps }
func canActOnHosts(r role) bool  { return r == roleAdmin }

// userEndpoint is an endpoint of a person or a script with an API token.
type userEndpoint func(w http.ResponseWriter, r *http.Request, who role) error

func (s *Server) user(may permission, next userEndpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Get("Authorization")
		if header == "" {
			wire.Fail(w, wire.NoAuthHeader())
			return
		}
		who, ok := s.roleOf(header)
		switch {
		case !ok:
			wire.Fail(w, wire.AuthRequired())
		case !may(who):
			wire.Fail(w, wire.Forbidden())
		default:
			answer(w, next(w, r, who))
		}
	}
}

// roleOf compares with every token in constant time.
func (s *Server) roleOf(header string) (role, bool) {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return role{}, false
	}
	var found role
	ok := false
	for known, r := range s.roles {
		if subtle.ConstantTimeCompare([]byte(token), []byte(known)) == 1 {
			found, ok = r, true
		}
	}
	return found, ok
}

func (s *Server) me(w http.ResponseWriter, _ *http.Request, who role) error {
	wire.JSON(w, http.StatusOK, map[string]any{
		"user":    map[string]any{"id": 1, "name": who.title, "email": who.name + "@example.com", "global_role": who.name},
		"license": map[string]any{"tier": s.cfg.License},
	})
	return nil
}

func (s *Server) listActivities(w http.ResponseWriter, r *http.Request, _ role) error {
	page, perPage, err := pageOf(r, 20)
	if err != nil {
		return err
	}
	list, more := s.store.Activities(page, perPage)
	if list == nil {
		list = []store.Activity{}
	}
	wire.JSON(w, http.StatusOK, map[string]any{"activities": list, "meta": pageMeta(page, more)})
	return nil
}
