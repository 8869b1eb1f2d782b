package mockserver

import (
	"crypto/subtle"
	"math/rand/v2"
	"net/http"
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
