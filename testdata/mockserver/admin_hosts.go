package mockserver

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// maxPerPage bounds a page of any list.
const maxPerPage = 500

// onlineFor is how long after its last request a host counts as online.
const onlineFor = time.Minute

func (s *Server) listHosts(w http.ResponseWriter, r *http.Request, _ role) error {
	page, perPage, err := pageOf(r, 100)
	if err != nil {
		return err
	}
	filter := store.Filter{Query: strings.ToLower(r.URL.Query().Get("query")), Page: page, PerPage: perPage}
	if text := r.URL.Query().Get("needs_mdm_migration"); text != "" {
		flags, err := readFlags(r, "needs_mdm_migration")
		if err != nil {
			return err
		}
		filter.Match = func(h store.Host) bool { return s.prompted(h) == flags["needs_mdm_migration"] }
	}
	found, count := s.store.Hosts(filter)
	hosts := make([]map[string]any, 0, len(found))
	for _, h := range found {
		hosts = append(hosts, s.hostJSON(h))
	}
	wire.JSON(w, http.StatusOK, map[string]any{
		"hosts": hosts, "count": count, "meta": pageMeta(page, (page+1)*perPage < count),
	})
	return nil
}

func (s *Server) getHost(w http.ResponseWriter, r *http.Request, _ role) error {
	host, err := s.store.ByAny(r.PathValue("id"))
	if err != nil {
		return wire.NotFound("Host")
	}
	h := host.Get()
	body := s.hostJSON(h)
	body["migration"] = s.migrationJSON(h)
	wire.JSON(w, http.StatusOK, map[string]any{"host": body})
	return nil
}

func (s *Server) hostJSON(h store.Host) map[string]any {
	mdm := map[string]any{"enrollment_status": nil, "server_url": nil, "name": nil}
	if h.MDM != nil {
		mdm = map[string]any{"enrollment_status": h.MDM.Status(), "server_url": h.MDM.ServerURL, "name": h.MDM.Name}
	}
	status := "offline"
	if s.now().Sub(h.SeenAt) < onlineFor {
		status = "online"
	}
	return map[string]any{
		"id": h.ID, "uuid": h.UUID, "hardware_serial": h.HardwareSerial, "hardware_model": h.HardwareModel,
		"hostname": h.Hostname, "computer_name": h.ComputerName, "display_name": h.DisplayName(),
		"platform": h.Platform, "os_version": h.OSVersion, "status": status, "seen_time": timeOrNil(h.SeenAt),
		"mdm": mdm, "dep_assigned_to_fleet": !s.cfg.MDMOff && s.premium() && h.DEPAssigned(),
		"needs_mdm_migration": s.prompted(h), "refetch_requested": h.RefetchRequested,
		"refetch_critical_queries_until": h.RefetchCriticalUntil,
	}
}

// prompted is the flag that the tray's summary would have now.
func (s *Server) prompted(h store.Host) bool {
	key, err := s.summaryOf(s.store.Config(), &h)
	return err == nil && key.needs && s.premium()
}

func (s *Server) migrationJSON(h store.Host) map[string]any {
	key, err := s.summaryOf(s.store.Config(), &h)
	problem, path := "", ""
	if err != nil {
		problem = err.Error()
	}
	prompted := s.prompted(h)
	if manual, err := h.ManualEligible(); prompted && err == nil {
		path = store.GroupADE
		if manual {
			path = store.GroupManual
		}
	}
	return map[string]any{
		"now": s.now().UTC(), "needs_mdm_migration": key.needs, "renew_enrollment_profile": key.renew, "prompted": prompted,
		"path": path, "error": problem, "conditions": append(s.commonConditions(), h.Conditions()...),
		"token": s.tokenJSON(h.Token), "last_summary": summaryJSON(h.LastSummary), "last_trigger": triggerJSON(h.LastTrigger),
		"webhooks": newestFirst(h.Webhooks), "refetch_critical_queries_until": h.RefetchCriticalUntil,
	}
}

func (s *Server) commonConditions() []store.Condition {
	m := s.store.Config().MDM.MacOSMigration
	mode := "mode " + m.Mode
	if m.Mode == "" {
		mode = "mode not set, which means voluntary"
	}
	return []store.Condition{
		{ID: "premium", Group: store.GroupCommon, Label: "Fleet Premium licence", OK: s.premium(), Detail: string(s.cfg.License)},
		{ID: "mdm_on", Group: store.GroupCommon, Label: "Apple MDM is turned on", OK: !s.cfg.MDMOff},
		{ID: "enabled", Group: store.GroupCommon, Label: "End user migration workflow is enabled", OK: m.Enable, Detail: mode},
	}
}

func (s *Server) tokenJSON(t store.DeviceToken) any {
	if t.Value == "" {
		return nil
	}
	return map[string]any{"issued_at": t.UpdatedAt, "expires_at": t.ExpiresAt(), "expired": !s.now().Before(t.ExpiresAt())}
}

func summaryJSON(l store.Summary) any {
	if l.At.IsZero() {
		return nil
	}
	return map[string]any{"at": l.At.UTC(), "status": l.Status,
		"needs_mdm_migration": l.NeedsMDMMigration, "renew_enrollment_profile": l.RenewEnrollmentProfile}
}

func triggerJSON(t store.Trigger) any {
	if t.At.IsZero() {
		return nil
	}
	return t
}

func newestFirst(attempts []store.Attempt) []store.Attempt {
	out := make([]store.Attempt, 0, len(attempts))
	for i := len(attempts) - 1; i >= 0; i-- {
		out = append(out, attempts[i])
	}
	return out
}

func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

func pageOf(r *http.Request, perPageDefault int) (page, perPage int, err error) {
	q := r.URL.Query()
	perPage = perPageDefault
	if text := q.Get("page"); text != "" {
		if page, err = strconv.Atoi(text); err != nil || page < 0 || page > 1_000_000 {
			return 0, 0, wire.Undecodable("page: want a number from 0")
		}
	}
	if text := q.Get("per_page"); text != "" {
		if perPage, err = strconv.Atoi(text); err != nil || perPage < 1 {
			return 0, 0, wire.Undecodable("per_page: want a number from 1")
		}
	}
	return page, min(perPage, maxPerPage), nil
}

func pageMeta(page int, more bool) map[string]any {
	return map[string]any{"has_next_results": more, "has_previous_results": page > 0}
}
