package agent

import (
	"strconv"
	"strings"
	"time"

	"fleetmigrate/agent/prompt"
)

// owedFor is how long an accepted consent keeps leading a Mac that is in no
// MDM, though the server no longer asks: for a Mac that is not assigned in
// Apple Business it stops asking as soon as the old MDM let go.
const owedFor = 30 * 24 * time.Hour

// wanted reports that the server asks for the migration, and that Apple's own
// is not about to do the same.
func (m Machine) wanted() bool {
	asks := m.Summary.Notifications.NeedsMDMMigration || m.Summary.Notifications.RenewEnrollmentProfile
	return asks && !m.apple
}

// heard reports that this process knows what the server asks for. Until then,
// after a restart without a network for one, the offer of yesterday stays in
// the menu, and nobody is asked by itself.
func (m Machine) heard() bool { return !m.SummaryAt.IsZero() || m.Link == Unlicensed }

func (m Machine) owed(at time.Time) bool {
	return m.Consent != nil && m.Consent.Accepted && at.Sub(m.Consent.At) < owedFor
}

func (m Machine) unmanaged() bool { return m.FactsKnown && !m.Facts.Enrollment.Enrolled }

func (m Machine) inFleet() bool {
	return m.FactsKnown && m.Facts.Enrollment.Enrolled && m.Policy.IsFleet(m.Facts.Enrollment.ServerURL)
}

// path chooses how this Mac will enroll, from the assignment in Apple Business
// and not from how it was enrolled before. Where Apple has not answered yet,
// the server's renew flag tells (it is raised for assigned Macs only).
func (m Machine) path() prompt.Variant {
	if major := osMajor(m.Facts.OSVersion); major > 0 && major < 14 {
		return prompt.PreSonoma
	}
	assigned := m.Facts.ADE.Assigned
	if m.Facts.ADE.Unknown {
		assigned = m.Summary.Notifications.RenewEnrollmentProfile || m.Facts.Enrollment.ViaDEP
	}
	if assigned {
		return prompt.ADE
	}
	return prompt.Manual
}

func osMajor(version string) int {
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return n
}
