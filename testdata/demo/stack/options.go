package stack

import (
	"time"

	"fleetmigrate/agent/host"
)

// Options are how a stack is set up. The zero value is a Mac on macOS 15 in an
// old MDM, assigned to Fleet in Apple Business, with short intervals.
type Options struct {
	Mac           func(*host.Facts) // changes the Mac before anything starts
	Manual        bool              // the Mac is not assigned to Fleet in Apple Business
	Poll          time.Duration     // of the desktop; default 2 s
	Forced, Gap   time.Duration     // between two dialogs; default 15 s and 10 s
	DialogVersion string            // of the stand-in for swiftDialog; default 3.1.0
	RealDialog    string            // path of a real Dialog binary to use instead
	OldMDM        []string          // further arguments of oldmdm
	Server        []string          // further arguments of mockserver
	Env           []string          // further environment of the desktop
	Standalone    bool              // our orbit instead of the stand-in for fleetd
	Orbit         []string          // further arguments of orbit run
	RealTray      bool              // the machine's own menu bar or panel instead of a private bus
}

func (o Options) complete() Options {
	set := func(d *time.Duration, def time.Duration) {
		if *d == 0 {
			*d = def
		}
	}
	set(&o.Poll, 2*time.Second)
	set(&o.Forced, 15*time.Second)
	set(&o.Gap, 10*time.Second)
	if o.DialogVersion == "" {
		o.DialogVersion = "3.1.0"
	}
	return o
}

// Serial is the Mac's.
const Serial = "V2RG6Y7VYL"

func (o Options) facts(fleet string) host.Facts {
	f := host.Facts{
		OSVersion: "15.1", HardwareUUID: "5BEE866A-44EE-5C1F-8B16-5C3B8B0E1A11", HardwareSerial: Serial, HardwareModel: "Mac15,3",
		ComputerName: "Jo's MacBook Air", ConsoleUser: host.ConsoleUser{Name: "jo", UID: 501}, Appearance: "light",
	}
	f.Assertions = []host.Assertion{}
	if !o.Manual {
		f.ADE = host.ADE{Assigned: true, ConfigurationWebURL: fleet + "/mdm/apple/enroll"}
	}
	intoOldMDM(&f)
	if o.Mac != nil {
		o.Mac(&f)
	}
	return f
}

func intoOldMDM(f *host.Facts) {
	f.Enrollment = host.Enrollment{Enrolled: true, ViaDEP: f.ADE.Assigned, UserApproved: true, ServerURL: "https://old-mdm.example.com/mdm"}
}
