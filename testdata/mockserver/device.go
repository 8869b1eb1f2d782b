package mockserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// deviceEndpoint is an endpoint of the host whose token is in the path.
type deviceEndpoint func(w http.ResponseWriter, r *http.Request, host store.Ref) error

// device finds the host. A bad token wins over everything that is wrong
// besides: the license, MDM being off, the body.
func (s *Server) device(next deviceEndpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.limiter.refuses(r) {
			wire.Fail(w, wire.LimitExceeded("0"))
			return
		}
		host, err := s.store.ByToken(r.PathValue("token"))
		if err != nil {
			s.limiter.failed(r)
			wire.Fail(w, wire.AuthRequired())
			return
		}
		s.limiter.succeeded(r)
		s.deviceCapabilities(w)
		answer(w, next(w, r, host))
	}
}

// deviceCapabilities names what devices may use. Fleet leaves the header away when there is nothing.
func (s *Server) deviceCapabilities(w http.ResponseWriter) {
	if s.cfg.DebugErrors {
		w.Header().Set("X-Fleet-Capabilities", "error_reporting")
	}
}

func (s *Server) pingDevice(w http.ResponseWriter, _ *http.Request) {
	s.deviceCapabilities(w)
	w.WriteHeader(http.StatusOK)
}

func (s *Server) pingDeviceToken(w http.ResponseWriter, _ *http.Request, _ store.Ref) error {
	w.WriteHeader(http.StatusOK)
	return nil
}

// deviceHost is what "My device" shows.
func (s *Server) deviceHost(w http.ResponseWriter, _ *http.Request, host store.Ref) error {
	shown := s.store.Config().Shown()
	h := host.Get()
	wire.JSON(w, http.StatusOK, map[string]any{
		"host":                          s.hostJSON(h),
		"self_service":                  true,
		"org_logo_url":                  shown.OrgInfo.OrgLogoURL,
		"org_logo_url_light_background": shown.OrgInfo.OrgLogoURLLightBackground,
		"org_contact_url":               shown.OrgInfo.ContactURL,
		"license":                       s.licenseJSON(),
		"global_config": map[string]any{
			"mdm":      map[string]any{"enabled_and_configured": !s.cfg.MDMOff},
			"features": map[string]any{"enable_software_inventory": shown.Features.EnableSoftwareInventory},
		},
	})
	return nil
}

func (s *Server) devicePolicies(w http.ResponseWriter, _ *http.Request, _ store.Ref) error {
	if !s.premium() {
		return wire.License()
	}
	wire.JSON(w, http.StatusOK, map[string]any{"policies": []any{}})
	return nil
}

func (s *Server) deviceRefetch(w http.ResponseWriter, _ *http.Request, host store.Ref) error {
	if _, err := s.store.Update(host, requestRefetch); err != nil {
		return err
	}
	wire.JSON(w, http.StatusOK, struct{}{})
	return nil
}

func requestRefetch(h *store.Host) error {
	h.RefetchRequested = true
	return nil
}

func (s *Server) transparency(w http.ResponseWriter, _ *http.Request, _ store.Ref) error {
	w.Header().Set("Location", s.store.Config().FleetDesktop.TransparencyURL)
	w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

// maxDebugError is the largest error report of an agent.
const maxDebugError = 5 << 20

type debugError struct {
	Source         string         `json:"error_source"`
	SourceVersion  string         `json:"error_source_version"`
	Timestamp      time.Time      `json:"error_timestamp"`
	Message        string         `json:"error_message"`
	AdditionalInfo map[string]any `json:"error_additional_info"`
	Vital          bool           `json:"vital"`
}

func (s *Server) debugErrors(w http.ResponseWriter, r *http.Request, host store.Ref) error {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDebugError))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return wire.Base(http.StatusRequestEntityTooLarge, "Payload Too Large", fmt.Sprintf("error report is larger than %d bytes", maxDebugError))
	}
	if err != nil {
		return unreadable(err)
	}
	var report debugError
	if err := json.Unmarshal(raw, &report); err != nil {
		return wire.Undecodable(reasonDecoder)
	}
	_, err = s.store.Update(host, func(h *store.Host) error {
		h.LastDebugErrorAt = s.now().UTC()
		return nil
	})
	if err == nil {
		wire.JSON(w, http.StatusOK, struct{}{})
	}
	return err
}
