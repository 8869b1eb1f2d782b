package fakemac_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/testdata/fakemac"
)

// program is the stand-in as it is used. A race-checked one would take a second
// at every end, and runs nothing beside itself that could race.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "fakemac-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "fakemac")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/fakemac").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the stand-in: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func newMac(t *testing.T, f host.Facts) (root, facts string, c host.Commands) {
	t.Helper()
	root, facts = filepath.Join(t.TempDir(), "mac"), filepath.Join(t.TempDir(), "mac.json")
	require.NoError(t, fakemac.ChangeFacts(facts, func(to *host.Facts) { *to = f }))
	require.NoError(t, fakemac.Install(root, program, facts))
	return root, facts, host.Commands{Root: root}
}

var someMac = host.Facts{
	OSVersion: "15.5", HardwareUUID: "4C4C-1", HardwareSerial: "C02X", HardwareModel: "MacBookPro18,1", ComputerName: "Jo's Mac",
	Enrollment: host.Enrollment{Enrolled: true, ViaDEP: true, UserApproved: true, ServerURL: "https://old.example.com/mdm"},
	ADE:        host.ADE{Assigned: true, ConfigurationWebURL: "https://fleet.example.com/mdm/apple/enroll?token=1"},

	ConsoleUser: host.ConsoleUser{Name: "jo", UID: 501}, Appearance: "dark", Languages: []string{"de-DE", "en"}, Region: "CH", Clock: "12",
	Moment: host.Moment{ScreenLocked: true, CameraInUse: true, MicrophoneInUse: true,
		Assertions: []host.Assertion{{Process: "zoom.us", Type: "PreventUserIdleDisplaySleep"}}},
}

// What the stand-ins print is what package host reads: through it, the facts
// come back as they went in.
func TestFactsComeBack(t *testing.T) {
	_, _, c := newMac(t, someMac)
	got, err := host.NewSession(c, "/nowhere", 501).Facts(t.Context())
	require.NoError(t, err)
	require.True(t, got.ADE.Unknown, "only orbit asks for it")
	got.ADE = someMac.ADE
	require.Contains(t, got.Assertions, someMac.Assertions[0])
	got.Assertions = someMac.Assertions
	got.LoginAt = time.Time{}
	require.Equal(t, someMac, got)
	require.Equal(t, host.Vitals{Build: "24F74", HostName: "Jos-Mac.local", Memory: "17179869184", PhysicalCPUs: "8", LogicalCPUs: "8", CPU: "Apple M1 Pro"}, c.Vitals(t.Context()))
}

// Root's settings are nobody's: outside a session they are not asked for.
func TestTastesAreAPersons(t *testing.T) {
	_, _, c := newMac(t, someMac)
	got, err := host.NewSystem(c, "/nowhere").Facts(t.Context())
	require.NoError(t, err)
	require.Empty(t, got.Languages)
	require.Empty(t, got.Appearance+got.Region+got.Clock)
	require.Equal(t, someMac.ConsoleUser, got.ConsoleUser)
	require.True(t, got.ScreenLocked)
}

// Only a person's session sees windows.
func TestFullScreen(t *testing.T) {
	mac := someMac
	mac.FullScreenApp = "Keynote"
	_, _, c := newMac(t, mac)
	for want, s := range map[string]*host.System{"Keynote": host.NewSession(c, "/nowhere", 501), "": host.NewSystem(c, "/nowhere")} {
		got, err := s.Facts(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, got.FullScreenApp)
	}
}

// With fast user switching every session has a desktop; only the one at the
// screen may ask for something.
func TestSomebodyElseAtTheScreen(t *testing.T) {
	_, _, c := newMac(t, someMac)
	f, err := host.NewSession(c, "/nowhere", 502).Facts(t.Context())
	require.NoError(t, err)
	require.True(t, f.SwitchedAway)
	require.Equal(t, someMac.ConsoleUser, f.ConsoleUser)
	for _, mine := range []*host.System{host.NewSession(c, "/nowhere", 501), host.NewSystem(c, "/nowhere")} {
		f, err = mine.Facts(t.Context())
		require.NoError(t, err)
		require.False(t, f.SwitchedAway)
	}
}

func TestNobodyAtTheScreen(t *testing.T) {
	_, facts, c := newMac(t, host.Facts{OSVersion: "15.5", HardwareUUID: "U"})
	f, err := host.NewSystem(c, "/nowhere").Facts(t.Context())
	require.NoError(t, err)
	require.Empty(t, f.ConsoleUser.Name)
	require.NoError(t, fakemac.ChangeFacts(facts, func(f *host.Facts) { f.SetupAssistant = true }))
	f, err = host.NewSystem(c, "/nowhere").Facts(t.Context())
	require.NoError(t, err)
	require.True(t, f.SetupAssistant)
}

func TestAssignmentAndItsLimit(t *testing.T) {
	_, facts, c := newMac(t, someMac)
	show := func() (host.Assignment, string) {
		out, err := c.Run(t.Context(), "profiles-show")
		require.NoError(t, err)
		return host.ParseProfilesShow(out.Stdout + out.Stderr)
	}
	a, url := show()
	require.Equal(t, host.Assigned, a)
	require.Equal(t, someMac.ADE.ConfigurationWebURL, url)
	require.NoError(t, fakemac.ChangeFacts(facts, func(f *host.Facts) { f.ADE = host.ADE{} }))
	a, _ = show()
	require.Equal(t, host.NotAssigned, a)
	require.NoError(t, fakemac.ChangeFacts(facts, func(f *host.Facts) { f.ADE.Unknown = true }))
	a, _ = show()
	require.Equal(t, host.Unanswered, a)
	for range 7 {
		show()
	}
	a, _ = show()
	require.Equal(t, host.TooSoon, a)
}

func TestRenew(t *testing.T) {
	root, facts, c := newMac(t, someMac)
	require.ErrorContains(t, c.RenewEnrollment(t.Context(), 502), "launchctl ended with status 1")
	require.NoError(t, c.RenewEnrollment(t.Context(), 501))
	side, err := fakemac.ReadSide(root)
	require.NoError(t, err)
	require.False(t, side.RemoteManagement, "enrolled already")
	require.NoError(t, fakemac.ChangeFacts(facts, func(f *host.Facts) { f.Enrollment = host.Enrollment{} }))
	require.NoError(t, c.RenewEnrollment(t.Context(), 501))
	side, err = fakemac.ReadSide(root)
	require.NoError(t, err)
	require.True(t, side.RemoteManagement)
	require.NoError(t, fakemac.ChangeSide(root, func(s *fakemac.Side) { s.RenewFails = true }))
	require.ErrorContains(t, c.RenewEnrollment(t.Context(), 501), "Device Signature Error")
	require.Error(t, c.RenewEnrollment(t.Context(), 0), "nobody at the screen")
}

func TestEnrollmentProfile(t *testing.T) {
	_, facts, c := newMac(t, someMac)
	for url, want := range map[string]string{
		"https://old.example.com/mdm": "com.example.old-mdm.enrollment", "https://fleet.example.com/mdm/apple/mdm": "com.fleetdm.fleet.mdm.apple", "": "",
	} {
		require.NoError(t, fakemac.ChangeFacts(facts, func(f *host.Facts) { f.Enrollment = host.Enrollment{Enrolled: url != "", ServerURL: url} }))
		got, err := c.EnrollmentProfile(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestLaunchdReceiptsAndSignatures(t *testing.T) {
	root, _, c := newMac(t, someMac)
	job := host.Job{Domain: "system", Label: "com.fleetmigrate.orbit"}
	state, err := c.Job(t.Context(), job)
	require.NoError(t, err)
	require.False(t, state.Loaded)
	require.NoError(t, c.Bootout(t.Context(), job), "not loaded is fine")
	require.NoError(t, fakemac.ChangeSide(root, func(s *fakemac.Side) {
		s.Jobs, s.Receipts, s.Teams = []string{"system/com.fleetmigrate.orbit"}, []string{"com.fleetmigrate.pkg"}, map[string]string{"/Dialog.app": "PWA5E9TQ59"}
	}))
	state, err = c.Job(t.Context(), job)
	require.NoError(t, err)
	require.True(t, state.Loaded && state.Running)
	require.NoError(t, c.Bootout(t.Context(), job))
	state, err = c.Job(t.Context(), job)
	require.NoError(t, err)
	require.False(t, state.Loaded)
	_, err = c.Job(t.Context(), host.Job{Domain: "system", Label: "../x -y"})
	require.Error(t, err)

	require.NoError(t, c.ForgetPackage(t.Context(), "com.fleetmigrate.pkg"))
	require.NoError(t, c.ForgetPackage(t.Context(), "com.fleetmigrate.pkg"), "a second time")
	require.Error(t, c.ForgetPackage(t.Context(), "--volume"))

	team, err := c.Team(t.Context(), "/Dialog.app")
	require.NoError(t, err)
	require.Equal(t, "PWA5E9TQ59", team)
	_, err = c.Team(t.Context(), "/Other.app")
	require.ErrorContains(t, err, "not signed")
}
