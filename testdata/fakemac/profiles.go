package fakemac

import (
	"net/url"
	"strings"
	"time"

	"howett.net/plist"
)

// Apple answers about this many `profiles show` a day, then says "too soon".
const (
	showLimit  = 10
	showWindow = 23 * time.Hour
)

func (m *mac) profiles(args []string) int {
	switch strings.Join(args, " ") {
	case "status -type enrollment":
		return m.profilesStatus()
	case "show -type enrollment":
		return m.profilesShow()
	case "renew -type enrollment":
		return m.profilesRenew()
	case "-C -o stdout-xml":
		return m.profilesList()
	}
	return m.fail(1, "profiles: this stand-in does not know %q", strings.Join(args, " "))
}

func (m *mac) profilesStatus() int {
	e := m.facts.Enrollment
	m.print("Enrolled via DEP: %s\n", yesNo(e.ViaDEP))
	switch {
	case e.Enrolled && e.UserApproved:
		m.print("MDM enrollment: Yes (User Approved)\n")
	default:
		m.print("MDM enrollment: %s\n", yesNo(e.Enrolled))
	}
	if e.Enrolled {
		m.print("MDM server: %s\n", e.ServerURL)
	}
	return 0
}

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

func (m *mac) profilesShow() int {
	over := false
	err := ChangeSide(m.root, func(s *Side) {
		var recent []time.Time
		for _, at := range s.ShowCalls {
			if m.now.Sub(at) < showWindow {
				recent = append(recent, at)
			}
		}
		s.ShowCalls = append(recent, m.now)
		over = len(recent) >= showLimit
	})
	switch ade := m.facts.ADE; {
	case err != nil:
		return m.fail(64, "fakemac: %v", err)
	case over:
		return m.fail(1, "Error fetching Device Enrollment configuration - Request too soon.  Try again later.")
	case ade.Unknown:
		return m.fail(1, `Error fetching Device Enrollment configuration: (34006) Error Domain=MCCloudConfigurationErrorDomain Code=34006 "The cloud configuration server is unavailable." UserInfo={NSLocalizedDescription=The cloud configuration server is unavailable., CloudConfigurationErrorType=CloudConfigurationFatalError}`)
	case !ade.Assigned:
		m.print("Device Enrollment configuration:\n(null)\n")
	default:
		m.print("Device Enrollment configuration:\n{\n    AllowPairing = 1;\n    AutoAdvanceSetup = 0;\n    AwaitDeviceConfigured = 0;\n"+
			"    ConfigurationURL = \"%s\";\n    ConfigurationWebURL = \"%s\";\n    IsMDMUnremovable = 1;\n    OrganizationName = \"Acme Corp\";\n}\n",
			ade.ConfigurationWebURL, ade.ConfigurationWebURL)
	}
	return 0
}

// profilesRenew prints nothing: what it does is to open Remote Management, for
// a Mac that is assigned.
func (m *mac) profilesRenew() int {
	failed := false
	err := ChangeSide(m.root, func(s *Side) {
		s.Renewals++
		if failed = s.RenewFails; failed {
			return
		}
		s.RenewedAt = m.now
		s.RemoteManagement = m.facts.ADE.Assigned && !m.facts.Enrollment.Enrolled
	})
	switch {
	case err != nil:
		return m.fail(64, "fakemac: %v", err)
	case failed:
		return m.fail(1, "profiles: the device enrollment could not be renewed: Device Signature Error")
	}
	return 0
}

// The identifiers of the profiles that enroll a Mac: Fleet's own, and any other.
const (
	fleetProfile = "com.fleetdm.fleet.mdm.apple"
	otherProfile = "com.example.old-mdm.enrollment"
)

func (m *mac) profilesList() int {
	list := map[string]any{}
	if e := m.facts.Enrollment; e.Enrolled {
		identifier := otherProfile
		if u, err := url.Parse(e.ServerURL); err == nil && strings.HasSuffix(u.Path, "/mdm/apple/mdm") {
			identifier = fleetProfile
		}
		list["_computerlevel"] = []map[string]any{{
			"ProfileDisplayName": "Enrollment", "ProfileIdentifier": identifier, "ProfileType": "Configuration",
			"ProfileItems": []map[string]any{{"PayloadType": "com.apple.mdm", "PayloadIdentifier": identifier + ".mdm", "PayloadContent": map[string]any{"ServerURL": e.ServerURL}}},
		}}
	}
	data, err := plist.MarshalIndent(list, plist.XMLFormat, "\t")
	if err != nil {
		return m.fail(64, "fakemac: %v", err)
	}
	m.print("%s\n", data)
	return 0
}
