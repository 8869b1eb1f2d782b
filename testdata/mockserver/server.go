package mockserver

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"fleetmigrate/testdata/mockserver/appconfig"
	"fleetmigrate/testdata/mockserver/fault"
	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/webhook"
	"fleetmigrate/testdata/mockserver/wire"
)

// License is the tier that the server runs under.
type License string

// The tiers. The zero License is Premium.
const (
	Premium License = "premium"
	Free    License = "free"
)

// Config is how a server is made. The zero value is a Premium server with Apple
// MDM on and ABM connected, in memory, with no tokens: nobody can log in, no
// agent can enroll.
type Config struct {
	License       License
	AdminToken    string // API token of a global admin; empty makes none
	GitOpsToken   string // API token that may write settings and read nothing
	ObserverToken string // API token that may only read
	EnrollSecret  string // what agents enroll with; empty refuses all
	OrgName       string // of a new state; default "Fleet"
	ServerURL     string // where clients reach the server; default "http://localhost:8080"
	StateFile     string // keeps everything over a restart; empty is memory only

	MDMOff          bool // Apple MDM is not turned on
	ABMDisconnected bool // no Apple Business Manager token

	// FailureLimit is what happens to an address that fails to authenticate again and again.
	FailureLimit FailureLimit

	// DebugErrors is Fleet's FLEET_ENABLE_POST_CLIENT_DEBUG_ERRORS: agents are told that they may report errors.
	DebugErrors bool

	// Control turns on the control API, for callers on the same machine only.
	Control bool
	Seed    uint64 // of random faults that name no seed

	Log     io.Writer        // one JSON line per request, without secrets; nil logs nothing
	Now     func() time.Time // default time.Now
	Webhook webhook.Sender   // zero value sends for real

	// Pages makes what serves everything outside /api and /control, from the
	// server as a handler of its own API; nil answers 404.
	Pages func(api http.Handler) (http.Handler, error)
}

// Server is the whole server side. It is an http.Handler.
type Server struct {
	cfg     Config
	store   *store.Store
	router  *wire.Router
	limiter limiter
	summary summaryCache
	signer  signer
	offset  atomic.Int64 // nanoseconds the clock is ahead
	roles   map[string]role
	faults  fault.Injector
	journal *journal
	pages   http.Handler
}

// New opens the state and returns a server that is ready to serve. The error
// says what is wrong with the configuration or the state file.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, roles: cfg.roles(), journal: newJournal(cfg.Log)}
	s.limiter = newLimiter(cfg.FailureLimit, s.now)
	initial := appconfig.New(cfg.OrgName, cfg.ServerURL)
	if s.store, err = store.Open(cfg.StateFile, initial, s.now, s.logActivity); err != nil {
		return nil, err
	}
	s.router = wire.NewRouter(http.HandlerFunc(s.notFound), "latest", "v1", "2022-04")
	s.routes()
	s.controlRoutes()
	if cfg.Pages != nil {
		if s.pages, err = cfg.Pages(s); err != nil {
			return nil, err
		}
	}
	return s, s.store.SetServerURL(cfg.ServerURL)
}

func (c Config) complete() (Config, error) {
	if c.License == "" {
		c.License = Premium
	}
	if c.License != Premium && c.License != Free {
		return c, fmt.Errorf("making the server: license is %q: want %q or %q", c.License, Premium, Free)
	}
	if c.FailureLimit == "" {
		c.FailureLimit = LimitQuota
	}
	if c.OrgName == "" {
		c.OrgName = "Fleet"
	}
	if c.ServerURL == "" {
		c.ServerURL = "http://localhost:8080"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, c.FailureLimit.check()
}

// SetServerURL tells the server where it is reached, once that is known. It is
// stored in the settings unless an admin has chosen another address.
func (s *Server) SetServerURL(u string) error { return s.store.SetServerURL(u) }

func (s *Server) now() time.Time {
	return s.cfg.Now().Add(time.Duration(s.offset.Load()))
}

func (s *Server) logActivity(a store.Activity) { s.journal.event(a.CreatedAt, a.Type, a.Details) }

func (s *Server) premium() bool { return s.cfg.License == Premium }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	next := s.router.Route(r)
	r.Body = &timedBody{ReadCloser: r.Body, conn: http.NewResponseController(w)}
	if s.cfg.Log == nil && !s.cfg.Control {
		next.ServeHTTP(w, r)
		return
	}
	s.recorded(w, r, func(w http.ResponseWriter) string {
		if !s.cfg.Control || !faultable(r.Pattern) {
			next.ServeHTTP(w, r)
			return ""
		}
		return s.faults.Serve(w, r, r.Pattern, next)
	})
}

// faultable keeps the pages and the control API itself out of reach of faults.
func faultable(label string) bool {
	return label != "" && !strings.Contains(label, " /control/")
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	if s.pages == nil || isAPI(r.URL.Path) {
		http.NotFound(w, r)
		return
	}
	s.pages.ServeHTTP(w, r)
}
