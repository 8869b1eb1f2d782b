package store

// Condition is one line of why a host is or is not prompted.
type Condition struct {
	ID     string `json:"id"`
	Group  string `json:"group"` // "common", "ade" or "manual"
	Label  string `json:"label"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// The groups of conditions. A path is open when all of its group hold.
const (
	GroupCommon = "common"
	GroupADE    = "ade"
	GroupManual = "manual"
)

// Conditions lists every condition of both paths with its answer for this host.
func (h *Host) Conditions() []Condition {
	recent, err := aboveSonoma(h.OSVersion)
	version := or(h.OSVersion, "not reported")
	if err != nil {
		version = err.Error()
	}
	reported, mdm := h.mdmDetail()
	dep, profile := h.depDetail()
	osquery := Condition{Label: "osquery is enrolled", OK: h.OsqueryHostID != "", Detail: or(h.OsqueryHostID, "never enrolled")}
	mdmReported := Condition{Label: "The Mac reported its MDM", OK: h.MDM != nil, Detail: reported}
	enrolled := Condition{Label: "Enrolled in an MDM", OK: h.MDM != nil && h.MDM.Enrolled, Detail: mdm}
	elsewhere := Condition{Label: "That MDM is not this Fleet", OK: !h.inFleet(), Detail: h.fleetDetail()}
	return []Condition{
		mdmReported.as(GroupADE, "mdm_reported"),
		osquery.as(GroupADE, "osquery_enrolled"),
		Condition{Label: "Assigned to Fleet in Apple Business Manager", OK: h.DEPAssigned(), Detail: dep}.as(GroupADE, "dep_assigned"),
		Condition{Label: "Enrollment profile was pushed to Apple", OK: h.profileAssigned(), Detail: profile}.as(GroupADE, "profile_assigned"),
		enrolled.as(GroupADE, "enrolled"),
		elsewhere.as(GroupADE, "not_in_fleet"),
		Condition{Label: "macOS newer than 14.0", OK: recent, Detail: version}.as(GroupManual, "os_version"),
		osquery.as(GroupManual, "osquery_enrolled"),
		Condition{Label: "Not assigned to Fleet in Apple Business Manager", OK: !h.DEPAssigned(), Detail: dep}.as(GroupManual, "not_dep_assigned"),
		mdmReported.as(GroupManual, "mdm_reported"),
		Condition{Label: "Was not enrolled automatically (ADE)", OK: h.MDM != nil && !h.MDM.InstalledFromDEP, Detail: mdm}.as(GroupManual, "not_installed_from_dep"),
		Condition{Label: "No enrollment profile is assigned", OK: !h.profileAssigned(), Detail: profile}.as(GroupManual, "no_profile_assigned"),
		enrolled.as(GroupManual, "enrolled"),
		elsewhere.as(GroupManual, "not_in_fleet"),
	}
}

func (c Condition) as(group, id string) Condition {
	c.Group, c.ID = group, group+"_"+id
	return c
}

func (h *Host) mdmDetail() (reported, mdm string) {
	if h.MDM == nil {
		return "no mdm row yet: wait for the next refetch", "unknown"
	}
	return or(h.MDM.ServerURL, "no server URL"), h.MDM.Status()
}

func (h *Host) depDetail() (dep, profile string) {
	switch {
	case h.DEP == nil:
		return "never assigned", "none"
	case !h.DEP.DeletedAt.IsZero():
		return "assignment was deleted", "none"
	default:
		return "assigned " + h.DEP.AssignedAt.Format("2006-01-02 15:04 MST"), or(h.DEP.ProfileStatus, "not pushed yet")
	}
}

func (h *Host) fleetDetail() string {
	switch {
	case h.MDM == nil:
		return "unknown"
	case h.inFleet():
		return "enrolled in Fleet and connected"
	case h.MDM.Name == NameFleet:
		return "its MDM is Fleet's, but it is not connected to this server"
	default:
		return or(h.MDM.Name, "unknown MDM")
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
