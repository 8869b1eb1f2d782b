package mockserver

import "fleetmigrate/testdata/mockserver/store"

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
		{ID: "premium", Group: store.GroupCommon, Label: "Fleet Premium license", OK: s.premium(), Detail: string(s.cfg.License)},
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
