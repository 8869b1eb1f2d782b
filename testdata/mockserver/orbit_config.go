package mockserver

import (
	"net/http"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// orbitHost finds the host of an orbit node key.
func (s *Server) orbitHost(r *http.Request, key string) (store.Ref, error) {
	if s.limiter.refuses(r) {
		return store.Ref{}, wire.LimitExceeded("0")
	}
	host, err := s.store.ByOrbitKey(key)
	if err != nil {
		s.limiter.failed(r)
		return store.Ref{}, wire.AuthRequired()
	}
	s.limiter.succeeded(r)
	host.Look(func(h *store.Host) { h.SeenAt = s.now() })
	return host, nil
}

// orbitCall reads a request and finds the host of the node key in it.
func (s *Server) orbitCall(w http.ResponseWriter, r *http.Request, req any, key *string) (store.Ref, error) {
	if err := decode(w, r, req); err != nil {
		return store.Ref{}, err
	}
	host, err := s.orbitHost(r, *key)
	if err == nil {
		setOrbitCapabilities(w)
	}
	return host, err
}

func (s *Server) orbitConfig(w http.ResponseWriter, r *http.Request) {
	answer(w, s.configOrbit(w, r))
}

func (s *Server) configOrbit(w http.ResponseWriter, r *http.Request) error {
	var req struct {
		Key string `json:"orbit_node_key"`
	}
	host, err := s.orbitCall(w, r, &req, &req.Key)
	if err != nil {
		return err
	}
	notifications, err := s.orbitNotifications(host.Get())
	if err != nil {
		return err
	}
	wire.JSON(w, http.StatusOK, map[string]any{
		"script_execution_timeout": 300, "notifications": notifications, "extensions": map[string]any{},
	})
	return nil
}

// orbitNotifications are the flags of a Mac. Unlike the tray's summary they need
// no license, and renewal does not look at the migration switch.
func (s *Server) orbitNotifications(h store.Host) (desktopNotifications, error) {
	var n desktopNotifications
	if s.cfg.MDMOff || h.OsqueryHostID == "" || h.Platform != "darwin" {
		return n, nil
	}
	n.RenewEnrollmentProfile = h.ShouldRenew()
	if !s.store.Config().MDM.MacOSMigration.Enable {
		return n, nil
	}
	eligible, err := h.Eligible()
	n.NeedsMDMMigration = eligible
	return n, err
}
