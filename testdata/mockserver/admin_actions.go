package mockserver

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// actionOptions is the optional body of a host action, and what the server adds to it.
type actionOptions struct {
	ProfileStatus string `json:"profile_status"` // of assign; default SUCCESS

	now    time.Time
	mdmURL string // where a Mac that is enrolled in Fleet checks in
}

// hostActions are what Apple, the person at the Mac or the clock would do.
// Each returns the type of its activity; "" writes none.
var hostActions = map[string]func(*store.Host, actionOptions) string{
	"assign": func(h *store.Host, o actionOptions) string {
		h.DEP = &store.DEP{AssignedAt: o.now, ProfileStatus: o.ProfileStatus}
		if h.MDM == nil && h.OsqueryHostID == "" {
			h.MDM = &store.MDM{InstalledFromDEP: true, Name: store.NameFleet, ServerURL: o.mdmURL}
		}
		return "assigned_abm"
	},
	"unassign": func(h *store.Host, o actionOptions) string {
		if h.DEP == nil {
			return ""
		}
		dep := *h.DEP
		dep.DeletedAt = o.now
		h.DEP = &dep
		return "unassigned_abm"
	},
	"unenroll": func(h *store.Host, _ actionOptions) string {
		h.Fleet = store.FleetMDM{}
		if h.MDM == nil {
			h.MDM = &store.MDM{}
			return "mdm_unenrolled"
		}
		mdm := *h.MDM
		mdm.Enrolled, mdm.ServerURL = false, ""
		h.MDM = &mdm
		return "mdm_unenrolled"
	},
	"enroll": func(h *store.Host, o actionOptions) string {
		h.Fleet = store.FleetMDM{Enabled: true, Type: "Device"}
		h.MDM = &store.MDM{Enrolled: true, InstalledFromDEP: h.DEPAssigned(), Name: store.NameFleet, ServerURL: o.mdmURL}
		return "mdm_enrolled"
	},
	"expire_token": func(h *store.Host, o actionOptions) string {
		if h.Token.Value == "" {
			return ""
		}
		h.Token.UpdatedAt = o.now.Add(-store.TokenTTL)
		return "expired_device_token"
	},
	"refetch": func(h *store.Host, _ actionOptions) string {
		h.RefetchRequested = true
		return ""
	},
}

func (s *Server) hostAction(action string) userEndpoint {
	do := hostActions[action]
	return func(w http.ResponseWriter, r *http.Request, who role) error {
		opts, err := s.readActionOptions(r)
		if err != nil {
			return err
		}
		host, err := s.store.ByAny(r.PathValue("id"))
		if errors.Is(err, store.ErrNotFound) && action == "assign" {
			host, err = s.store.Ensure(r.PathValue("id"))
		}
		if errors.Is(err, store.ErrNotFound) {
			return wire.NotFound("Host")
		}
		if err != nil {
			return err
		}
		var activity string
		h, err := s.store.Update(host, func(h *store.Host) error {
			activity = do(h, opts)
			return nil
		})
		if err != nil {
			return err
		}
		if activity != "" {
			err := s.store.AddActivity(store.Activity{Actor: who.title, Type: activity, Details: map[string]any{
				"host_id": h.ID, "host_serial": h.HardwareSerial, "host_display_name": h.DisplayName()}})
			if err != nil {
				return err
			}
		}
		return s.getHost(w, r, who)
	}
}

func (s *Server) readActionOptions(r *http.Request) (actionOptions, error) {
	server := strings.TrimSuffix(s.store.Config().ServerSettings.ServerURL, "/")
	opts := actionOptions{ProfileStatus: store.ProfileSuccess, now: s.now().UTC(), mdmURL: server + "/mdm/apple/mdm"}
	err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&opts)
	if err != nil && !errors.Is(err, io.EOF) {
		return opts, wire.Undecodable(reasonDecoder)
	}
	return opts, nil
}
