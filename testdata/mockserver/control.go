package mockserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"fleetmigrate/testdata/mockserver/fault"
	"fleetmigrate/testdata/mockserver/wire"
)

// controlRoutes are there only when the server was started with control.
func (s *Server) controlRoutes() {
	if !s.cfg.Control {
		return
	}
	h := func(pattern string, e endpoint) { s.router.Handle(pattern, s.local(e)) }
	h("GET /control/faults", s.getFaults)
	h("PUT /control/faults", s.putFaults)
	h("POST /control/faults", s.postFault)
	h("DELETE /control/faults", s.deleteFaults)
	h("PUT /control/chaos", s.putChaos)
	h("GET /control/clock", s.getClock)
	h("PUT /control/clock", s.putClock)
	h("GET /control/requests", s.getRequests)
}

// local lets only callers on this machine in: nobody for whom a proxy here asks,
// and no page of another site in somebody's browser. To all others the API is not there.
func (s *Server) local(next endpoint) http.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != ""
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() || forwarded || guard.Check(r) != nil {
			http.NotFound(w, r)
			return
		}
		answer(w, next(w, r))
	}
}

func (s *Server) getFaults(w http.ResponseWriter, _ *http.Request) error {
	wire.JSON(w, http.StatusOK, map[string]any{"faults": s.faults.List()})
	return nil
}

func (s *Server) putFaults(w http.ResponseWriter, r *http.Request) error {
	var req struct {
		Faults []json.RawMessage `json:"faults"`
	}
	if err := readControl(r, &req); err != nil {
		return err
	}
	faults := make([]fault.Fault, 0, len(req.Faults))
	for i, raw := range req.Faults {
		f, err := s.readFault(raw)
		if err != nil {
			return wire.Invalid(wire.Field{Name: fmt.Sprintf("faults[%d]", i), Reason: err.Error()})
		}
		faults = append(faults, f)
	}
	s.faults.Set(faults)
	return s.getFaults(w, r)
}

func (s *Server) postFault(w http.ResponseWriter, r *http.Request) error {
	var raw json.RawMessage
	if err := readControl(r, &raw); err != nil {
		return err
	}
	f, err := s.readFault(raw)
	if err != nil {
		return wire.Invalid(wire.Field{Name: "fault", Reason: err.Error()})
	}
	s.faults.Add(f)
	return s.getFaults(w, r)
}

func (s *Server) deleteFaults(w http.ResponseWriter, r *http.Request) error {
	s.faults.Set(nil)
	return s.getFaults(w, r)
}

func (s *Server) readFault(raw []byte) (fault.Fault, error) {
	f, err := fault.Decode(raw)
	if err != nil {
		return f, err
	}
	return f, f.Check(s.knownRoute)
}

// knownRoute keeps a fault with a misspelled route from being a fault that never strikes.
func (s *Server) knownRoute(pattern string) bool {
	for _, label := range s.router.Labels() {
		if fault.Matches(pattern, label) && faultable(label) {
			return true
		}
	}
	return false
}

func (s *Server) putChaos(w http.ResponseWriter, r *http.Request) error {
	chaos := fault.Chaos{Seed: s.cfg.Seed}
	if err := readControl(r, &chaos); err != nil {
		return err
	}
	for _, pattern := range chaos.Routes {
		if !s.knownRoute(pattern) {
			return wire.Invalid(wire.Field{Name: "routes", Reason: fmt.Sprintf("route %q matches nothing", pattern)})
		}
	}
	if err := s.faults.SetChaos(chaos); err != nil {
		return wire.Invalid(wire.Field{Name: "chaos", Reason: err.Error()})
	}
	wire.JSON(w, http.StatusOK, chaos)
	return nil
}

func (s *Server) getClock(w http.ResponseWriter, _ *http.Request) error {
	wire.JSON(w, http.StatusOK, map[string]any{
		"offset": time.Duration(s.offset.Load()).String(), "now": s.now().UTC(),
	})
	return nil
}

func (s *Server) putClock(w http.ResponseWriter, r *http.Request) error {
	var req struct {
		Offset fault.Duration `json:"offset"`
	}
	if err := readControl(r, &req); err != nil {
		return err
	}
	s.offset.Store(int64(req.Offset))
	return s.getClock(w, r)
}

func (s *Server) getRequests(w http.ResponseWriter, _ *http.Request) error {
	wire.JSON(w, http.StatusOK, map[string]any{"requests": s.journal.recent()})
	return nil
}

// readControl is strict: a misspelled key must not pass as a fault that does nothing.
func readControl(r *http.Request, v any) error {
	dec := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return wire.BadRequest("reading the request: " + err.Error())
	}
	return nil
}
