package mockserver

import (
	"time"

	"fleetmigrate/testdata/mockserver/store"
)

// onlineFor is how long after its last request a host counts as online.
const onlineFor = time.Minute

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

func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}
