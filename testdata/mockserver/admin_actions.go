package mockserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
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
	return func(w http.ResponseWriter, r *http.Request, who role) error {
		opts := s.actionDefaults()
		if err := opts.read(r.Body); err != nil {
			return err
		}
		if err := s.act(r.PathValue("id"), action, opts, who.title); err != nil {
			return err
		}
		return s.getHost(w, r, who)
	}
}

// profileStatuses are what Apple says to an enrollment profile; "" is nothing yet.
var profileStatuses = []string{"", store.ProfileSuccess, "FAILED", "THROTTLED", "NOT_ACCESSIBLE"}

// read is strict: a misspelled option must not pass as the default.
func (o *actionOptions) read(body io.Reader) error {
	dec := json.NewDecoder(io.LimitReader(body, maxBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(o); err != nil && !errors.Is(err, io.EOF) {
		return wire.Undecodable(reasonDecoder + ": " + err.Error())
	}
	if !slices.Contains(profileStatuses, o.ProfileStatus) {
		return wire.Invalid(wire.Field{Name: "profile_status",
			Reason: fmt.Sprintf("profile_status is %q: want SUCCESS, FAILED, THROTTLED or NOT_ACCESSIBLE", o.ProfileStatus)})
	}
	return nil
}

// serialForm is how Apple writes a serial; a UUID or a number is none.
var serialForm = regexp.MustCompile(`^[0-9]*[A-Z][A-Z0-9]*$`)

// pending is the host of a serial that came from ABM and that nobody has seen.
func (s *Server) pending(serial string) (store.Ref, error) {
	if !serialForm.MatchString(serial) {
		return store.Ref{}, wire.Invalid(wire.Field{Name: "serial",
			Reason: fmt.Sprintf("%q is no host's name, and no serial as Apple writes it: want capital letters and digits", serial)})
	}
	return s.store.Ensure(serial)
}

func (s *Server) actionDefaults() actionOptions {
	server := strings.TrimSuffix(s.store.Config().ServerSettings.ServerURL, "/")
	return actionOptions{ProfileStatus: store.ProfileSuccess, now: s.now().UTC(), mdmURL: server + "/mdm/apple/mdm"}
}

// act does an action to the host of that id, UUID or serial.
func (s *Server) act(name, action string, opts actionOptions, actor string) error {
	do, ok := hostActions[action]
	if !ok {
		return fmt.Errorf("acting on host %q: no action %q", name, action)
	}
	host, err := s.store.ByAny(name)
	if errors.Is(err, store.ErrNotFound) && action == "assign" {
		host, err = s.pending(name)
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
	if err != nil || activity == "" {
		return err
	}
	return s.store.AddActivity(store.Activity{Actor: actor, Type: activity, Details: map[string]any{
		"host_id": h.ID, "host_serial": h.HardwareSerial, "host_display_name": h.DisplayName()}})
}
