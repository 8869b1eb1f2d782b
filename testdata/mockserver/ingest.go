package mockserver

import (
	"net/url"
	"strconv"
	"strings"

	"fleetmigrate/testdata/mockserver/store"
)

// ingest writes what a host answered: each kind of query has its own clock.
func (s *Server) ingest(host store.Ref, results map[string][]row) error {
	first := func(name string) row {
		if rows := results[detailPrefix+name]; len(rows) > 0 {
			return rows[0]
		}
		return nil
	}
	id := identityOf(first("system_info"), first("os_version"))
	if id != (store.Identity{}) {
		if err := s.store.Identify(host, id); err != nil {
			return err
		}
	}
	now := s.now().UTC()
	_, err := s.store.Update(host, func(h *store.Host) error {
		if mdm, ok := parseMDM(first(criticalQuery)); ok {
			ingestMDM(h, mdm)
		}
		for name := range results {
			switch detail, isDetail := strings.CutPrefix(name, detailPrefix); {
			case isDetail && detail != criticalQuery:
				h.DetailUpdatedAt, h.RefetchRequested = now, false
			case strings.HasPrefix(name, labelPrefix):
				h.LabelUpdatedAt = now
			case name == noPolicies: // it was asked whether there are any, and here there are none
				h.PolicyUpdatedAt, h.FailingPolicies = now, new(uint)
			case strings.HasPrefix(name, policyPrefix):
				h.PolicyUpdatedAt = now
			}
		}
		return nil
	})
	return err
}

// identityOf reads osquery's system_info and os_version rows; either may be nil.
func identityOf(system, os row) store.Identity {
	id := store.Identity{
		UUID: system["uuid"], HardwareSerial: system["hardware_serial"], HardwareModel: system["hardware_model"],
		Hostname: system["hostname"], ComputerName: system["computer_name"],
		Platform: os["platform"],
	}
	if name, version := os["name"], osVersion(os); name != "" && version != "" {
		id.OSVersion = name + " " + version
	}
	return id
}

func osVersion(os row) string {
	if os["version"] != "" {
		return os["version"]
	}
	var parts []string
	for _, p := range []string{os["major"], os["minor"], os["patch"]} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}

// fleetPayload is the identifier of the enrollment profile that Fleet installs.
const fleetPayload = "com.fleetdm.fleet.mdm.apple"

// knownMDMs are parts of a server URL that name the MDM, in the order they are looked for.
var knownMDMs = []struct{ part, name string }{
	{"kandji", "Kandji"}, {"jamf", "Jamf"}, {"jumpcloud", "JumpCloud"},
	{"airwatch", "VMware Workspace ONE"}, {"awmdm", "VMware Workspace ONE"},
	{"microsoft", "Intune"}, {"simplemdm", "SimpleMDM"}, {"fleetdm", store.NameFleet},
}

// parseMDM reads the mdm row. Without a readable enrolled column it says nothing.
func parseMDM(r row) (store.MDM, bool) {
	enrolled, err := strconv.ParseBool(r["enrolled"])
	if err != nil {
		return store.MDM{}, false
	}
	fromDEP := false
	if text := r["installed_from_dep"]; text != "" {
		if fromDEP, err = strconv.ParseBool(text); err != nil {
			return store.MDM{}, false
		}
	}
	return store.MDM{
		Enrolled: enrolled, InstalledFromDEP: fromDEP, ServerURL: withoutQuery(r["server_url"]),
		Name: mdmName(r["payload_identifier"], r["server_url"]),
	}, true
}

func withoutQuery(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		before, _, _ := strings.Cut(raw, "?")
		return before
	}
	u.RawQuery, u.ForceQuery = "", false
	return u.String()
}

func mdmName(payload, serverURL string) string {
	if payload == fleetPayload {
		return store.NameFleet
	}
	serverURL = strings.ToLower(serverURL)
	for _, known := range knownMDMs {
		if strings.Contains(serverURL, known.part) {
			return known.name
		}
	}
	return ""
}

// ingestMDM writes the row at once, without touching the clock of the details.
// The window ends early only for a Mac that came from ADE and is out of its MDM;
// for any other it runs its three minutes.
func ingestMDM(h *store.Host, mdm store.MDM) {
	if !mdm.Enrolled && mdm.InstalledFromDEP && mdm.Name != store.NameFleet {
		h.RefetchCriticalUntil = nil
	}
	h.MDM = &mdm
}
