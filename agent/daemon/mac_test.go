package daemon_test

import (
	"context"
	"os"
	"sync"
	"time"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
)

// someMac answers for the rest of a Mac.
type someMac struct {
	mu         sync.Mutex
	enrollment host.Enrollment
	err        error
	renewed    []time.Time
	renewErr   error
}

func (m *someMac) Enrollment(context.Context) (host.Enrollment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.enrollment, m.err
}

func (m *someMac) Vitals(context.Context) host.Vitals {
	return host.Vitals{Build: "24F74", HostName: "Jos-Mac.local", Memory: "17179869184", PhysicalCPUs: "8", LogicalCPUs: "8", CPU: "Apple M1 Pro"}
}

func (m *someMac) EnrollmentProfile(context.Context) (string, error) {
	return "com.example.profile", nil
}

func (m *someMac) RenewEnrollment(context.Context, int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.renewed = append(m.renewed, time.Now())
	return m.renewErr
}

var oldMDM = host.Enrollment{Enrolled: true, ViaDEP: true, ServerURL: "https://old.example.com/mdm"}

// me is a user id that this test may give files to.
func me() int {
	if uid := os.Getuid(); uid != 0 {
		return uid
	}
	return 501
}

func seen(change ...func(*daemon.Observed)) daemon.Observed {
	o := daemon.Observed{Known: true, Facts: host.Facts{
		OSVersion: "15.1", HardwareUUID: "UUID-1", HardwareSerial: "C02X", HardwareModel: "Mac15,3", ComputerName: "Jo's Mac",
		Enrollment: oldMDM, ConsoleUser: host.ConsoleUser{Name: "jo", UID: me()},
		ADE: host.ADE{Assigned: true, ConfigurationWebURL: "https://fleet.example.com/mdm/apple/enroll"},
	}}
	for _, c := range change {
		c(&o)
	}
	return o
}
