package mockserver

import (
	"crypto/subtle"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// orbitCapabilities is what Fleet's orbit endpoints offer in 2026. The order of
// the header is random on purpose: it is there, and nobody may rely on it.
var orbitCapabilities = []string{
	"orbit_endpoints", "token_rotation", "end_user_email", "escrow_buddy",
	"linux_disk_encryption_escrow", "luks_recovery_key_escrow",
	"setup_experience", "web_setup_experience", "macos_web_setup_experience",
}

func setOrbitCapabilities(w http.ResponseWriter) {
	shuffled := make([]string, len(orbitCapabilities))
	for i, j := range rand.Perm(len(shuffled)) {
		shuffled[i] = orbitCapabilities[j]
	}
	w.Header().Set("X-Fleet-Capabilities", strings.Join(shuffled, ","))
}

func (s *Server) pingOrbit(w http.ResponseWriter, _ *http.Request) {
	setOrbitCapabilities(w)
	w.WriteHeader(http.StatusOK)
}

type orbitEnrollRequest struct {
	EnrollSecret      string `json:"enroll_secret"`
	HardwareUUID      string `json:"hardware_uuid"`
	HardwareSerial    string `json:"hardware_serial"`
	Hostname          string `json:"hostname"`
	Platform          string `json:"platform"`
	OsqueryIdentifier string `json:"osquery_identifier"`
	ComputerName      string `json:"computer_name"`
	HardwareModel     string `json:"hardware_model"`
}

func (s *Server) orbitEnroll(w http.ResponseWriter, r *http.Request) {
	answer(w, s.enrollOrbit(w, r))
}

func (s *Server) enrollOrbit(w http.ResponseWriter, r *http.Request) error {
	var req orbitEnrollRequest
	if err := decode(w, r, &req); err != nil {
		return err
	}
	if s.limiter.refuses(r) {
		return wire.LimitExceeded("0")
	}
	if !s.secretOK(req.EnrollSecret) {
		s.limiter.failed(r)
		return wire.AuthFailed()
	}
	if req.HardwareUUID == "" {
		return wire.Internal("failed to enroll: hardware_uuid is empty")
	}
	key, err := s.store.EnrollOrbit(store.Identity{
		UUID: req.HardwareUUID, HardwareSerial: req.HardwareSerial, HardwareModel: req.HardwareModel,
		Hostname: req.Hostname, ComputerName: req.ComputerName, Platform: req.Platform,
	})
	if err != nil {
		return err
	}
	setOrbitCapabilities(w)
	wire.JSON(w, http.StatusOK, map[string]string{"orbit_node_key": key})
	return nil
}

func (s *Server) secretOK(secret string) bool {
	want := s.cfg.EnrollSecret
	return want != "" && subtle.ConstantTimeCompare([]byte(secret), []byte(want)) == 1
}

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

func (s *Server) orbitConfig(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Key string `json:"orbit_node_key"`
	}
	if err := decode(w, r, &req); err != nil {
		wire.Fail(w, err)
		return
	}
	host, err := s.orbitHost(r, req.Key)
	if err != nil {
		wire.Fail(w, err)
		return
	}
	setOrbitCapabilities(w)
	notifications, err := s.orbitNotifications(host.Get())
	if err != nil {
		wire.Fail(w, err)
		return
	}
	wire.JSON(w, http.StatusOK, map[string]any{
		"script_execution_timeout": 300, "notifications": notifications, "extensions": map[string]any{},
	})
}

// orbitNotifications are the flags of a Mac. Unlike the tray's summary they need
// no licence, and renewal does not look at the migration switch.
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

func (s *Server) orbitDeviceToken(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Key   string `json:"orbit_node_key"`
		Token string `json:"device_auth_token"`
	}
	if err := decode(w, r, &req); err != nil {
		wire.Fail(w, err)
		return
	}
	host, err := s.orbitHost(r, req.Key)
	if err != nil {
		wire.Fail(w, err)
		return
	}
	setOrbitCapabilities(w)
	if err := s.setDeviceToken(host, req.Token); err != nil {
		failOrbitToken(w, err)
		return
	}
	wire.JSON(w, http.StatusOK, struct{}{})
}

func (s *Server) setDeviceToken(host store.Ref, token string) error {
	if token == "" {
		return wire.BadRequest("device auth token cannot be empty")
	}
	if url.QueryEscape(token) != token {
		return wire.BadRequest("device auth token contains invalid characters")
	}
	err := s.store.SetToken(host, token)
	if errors.Is(err, store.ErrTokenConflict) {
		// Fleet 4.57 says 200 here when the host had no token of its own, and
		// changes nothing; an agent would go on with a token that is not its own.
		conflict := wire.Base(http.StatusConflict, err.Error(), err.Error())
		conflict.NoUUID = true
		return conflict
	}
	return err
}

// failOrbitToken answers a store failure in osquery's form, as Fleet does on this endpoint.
func failOrbitToken(w http.ResponseWriter, err error) {
	var known *wire.Error
	if errors.As(err, &known) {
		wire.Fail(w, err)
		return
	}
	failOsquery(w, http.StatusInternalServerError, "internal error: failed to set or update device auth token: "+err.Error(), false)
}
