package host_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/host"
)

func TestParseProfilesStatus(t *testing.T) {
	for name, tt := range map[string]struct {
		out  string
		want host.Enrollment
		ok   bool
	}{
		"none":        {"Enrolled via DEP: No\nMDM enrollment: No\n", host.Enrollment{}, true},
		"by hand":     {"Enrolled via DEP: No\nMDM enrollment: Yes (User Approved)\nMDM server: https://mdm.example.com/mdm\n", host.Enrollment{Enrolled: true, UserApproved: true, ServerURL: "https://mdm.example.com/mdm"}, true},
		"ADE":         {"Enrolled via DEP: Yes\nMDM enrollment: Yes (User Approved)\nMDM server: https://mdm.example.com/some/path?foo=bar", host.Enrollment{Enrolled: true, ViaDEP: true, UserApproved: true, ServerURL: "https://mdm.example.com/some/path?foo=bar"}, true},
		"no approval": {"Enrolled via DEP: Yes\nMDM enrollment: Yes\n", host.Enrollment{Enrolled: true, ViaDEP: true}, true},
		"a warning":   {"warning: something new\nMDM enrollment: No\nEnrolled via DEP: Yes\nmore: words\n", host.Enrollment{ViaDEP: true}, true},
		"nothing":     {"", host.Enrollment{}, false},
		"an error":    {"profiles: this tool needs to be upgraded: No\n", host.Enrollment{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := host.ParseProfilesStatus(tt.out)
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestParseProfilesShow(t *testing.T) {
	assigned := "Device Enrollment configuration:\n{\n    AllowPairing = 1;\n    ConfigurationURL = \"https://a.example.com/x?token=1\";\n    ConfigurationWebURL = \"https://b.example.com/y\";\n    OrganizationName = Acme;\n}\n"
	for name, tt := range map[string]struct {
		out  string
		want host.Assignment
		url  string
	}{
		"assigned":     {assigned, host.Assigned, "https://b.example.com/y"},
		"no web URL":   {"Device Enrollment configuration:\n{\n ConfigurationURL = \"https://a.example.com/x\";\n}", host.Assigned, "https://a.example.com/x"},
		"null":         {"Device Enrollment configuration:\n(null)\n", host.NotAssigned, ""},
		"not DEP":      {"Error fetching Device Enrollment configuration: Client is not DEP enabled.", host.NotAssigned, ""},
		"34000":        {"Error fetching Device Enrollment configuration: (34000) Client is not DEP enabled.", host.NotAssigned, ""},
		"too soon":     {"Error fetching Device Enrollment configuration - Request too soon.  Try again later.", host.TooSoon, ""},
		"Apple's down": {"Error fetching Device Enrollment configuration: (34006) Error Domain=MCCloudConfigurationErrorDomain Code=34006", host.Unanswered, ""},
		"offline":      {"Error fetching Device Enrollment configuration: We can't determine if this machine is DEP enabled.", host.Unanswered, ""},
		"empty":        {"", host.Unanswered, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, url := host.ParseProfilesShow(tt.out)
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.url, url)
		})
	}
}

func TestParseTheRest(t *testing.T) {
	ioreg := "+-o J316sAP  <class IOPlatformExpertDevice, id 0x100000224>\n    {\n      \"IOPlatformSerialNumber\" = \"C02X\"\n      \"IOPlatformUUID\" = \"4C4C-1\"\n      \"manufacturer\" = <\"Apple Inc.\">\n      \"model\" = <\"MacBookPro18,1\">\n    }\n"
	require.Equal(t, map[string]string{"IOPlatformSerialNumber": "C02X", "IOPlatformUUID": "4C4C-1", "manufacturer": "Apple Inc.", "model": "MacBookPro18,1"},
		host.ParseIOReg(ioreg))
	pmset := "Assertion status system-wide:\n   PreventUserIdleDisplaySleep    1\nListed by owning process:\n   pid 512(zoom.us): [0x0000a4] 00:10:01 PreventUserIdleDisplaySleep named: \"zoom\"\n   pid 99(powerd): [0x1] 00:00:02 PreventUserIdleSystemSleep named: \"x\"\n"
	require.Equal(t, []host.Assertion{{Process: "zoom.us", Type: "PreventUserIdleDisplaySleep"}, {Process: "powerd", Type: "PreventUserIdleSystemSleep"}},
		host.ParseAssertions(pmset))
	require.Equal(t, []string{"de-DE", "zh-Hans-CN", "en"}, host.ParseLanguages("(\n    \"de-DE\",\n    \"zh-Hans-CN\",\n    en\n)\n"))
	for out, want := range map[string]string{"de_DE": "DE", "zh-Hans_CN": "CN", "en-IE": "IE", "en_US@rg=dezzzz": "DE", "en_US@calendar=gregorian;rg=dezzzz": "DE", "en_GB@currency=EUR": "GB",
		"fr_CH": "CH", "de": "", "": "", "en_US@rg=": "US", "es_419": "", "en_USA": ""} {
		require.Equal(t, want, host.ParseRegion(out), out)
	}
	require.Nil(t, host.ParseLanguages("The domain/default pair does not exist"))
}

const sessions = `<?xml version="1.0"?><plist version="1.0"><dict><key>IOConsoleUsers</key><array>
<dict><key>kCGSSessionUserNameKey</key><string>away</string><key>kCGSSessionUserIDKey</key><integer>502</integer><key>kCGSSessionOnConsoleKey</key><false/></dict>
<dict><key>kCGSSessionUserNameKey</key><string>NAME</string><key>kCGSSessionUserIDKey</key><integer>501</integer><key>kCGSSessionOnConsoleKey</key><true/>
<key>kCGSessionLoginDoneKey</key><true/><key>CGSSessionScreenIsLocked</key><true/></dict></array></dict></plist>`

func TestParseSession(t *testing.T) {
	for name, want := range map[string]host.Session{
		"jo":           {User: host.ConsoleUser{Name: "jo", UID: 501}, Locked: true},
		"_mbsetupuser": {Setup: true, Locked: true},
		"loginwindow":  {Locked: true},
	} {
		got, err := host.ParseSession([]byte(strings.Replace(sessions, "NAME", name, 1)))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := host.ParseSession([]byte("garbage"))
	require.Error(t, err)
}

func FuzzParsers(f *testing.F) {
	f.Add("MDM enrollment: Yes\n")
	f.Add("Device Enrollment configuration:\n{ ConfigurationURL = \"x\"; }")
	f.Add(sessions)
	f.Fuzz(func(t *testing.T, out string) {
		if e, ok := host.ParseProfilesStatus(out); !ok && e.Enrolled {
			t.Fatal("enrolled without an answer")
		}
		if a, url := host.ParseProfilesShow(out); (a == host.Assigned) != (url != "") {
			t.Fatal("assigned to nowhere")
		}
		host.ParseIOReg(out)
		host.ParseAssertions(out)
		host.ParseLanguages(out)
		_, _ = host.ParseSession([]byte(out))
	})
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "facts.json")
	f := host.NewFile(path)
	_, err := f.Facts(t.Context())
	require.ErrorIs(t, err, fs.ErrNotExist)

	data, err := json.Marshal(host.Facts{OSVersion: "15.1", Enrollment: host.Enrollment{Enrolled: true}, Moment: host.Moment{ScreenLocked: true}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data, 0o644))
	facts, err := f.Facts(t.Context())
	require.NoError(t, err)
	require.True(t, facts.Enrollment.Enrolled && facts.ScreenLocked)

	for name, bad := range map[string]string{"broken": "{\n\"os_version\": \n", "wrong type": "{\n\n\"os_version\": 15}"} {
		require.NoError(t, os.WriteFile(path, []byte(bad), 0o644))
		_, err = f.Facts(t.Context())
		require.ErrorContains(t, err, path+":3", name)
	}
	require.NoError(t, os.WriteFile(path, make([]byte, 1<<20), 0o644))
	_, err = f.Facts(t.Context())
	require.ErrorContains(t, err, "larger than")
	require.NoError(t, os.Remove(path))
	require.NoError(t, syscall.Mkfifo(path, 0o644))
	_, err = f.Facts(t.Context())
	require.ErrorContains(t, err, "not a regular file")
}

func TestWatchFiles(t *testing.T) {
	dir := t.TempDir()
	here, later := filepath.Join(dir, "token"), filepath.Join(dir, "not", "token")
	require.NoError(t, os.WriteFile(here, []byte("1"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	changes := host.WatchFiles(ctx, here, later)
	require.Equal(t, here, <-changes, "what is there at first is told once")
	require.NoError(t, atomicfile.Write(here, []byte("2"), 0o600))
	require.Equal(t, here, <-changes, "replaced by rename")
	require.NoError(t, os.Mkdir(filepath.Dir(later), 0o700))
	require.NoError(t, os.WriteFile(later, []byte("1"), 0o600))
	require.Equal(t, later, <-changes, "in a folder that came later")
	require.NoError(t, os.WriteFile(later, []byte("2"), 0o600))
	require.Equal(t, later, <-changes)
	require.NoError(t, os.Remove(here))
	for path := range changes { // the folder and the file in it may have been told apart
		if path == here {
			break
		}
	}
	cancel()
	for range changes {
	}
}

// The old MDM takes its last profile along, and with it macOS may take the whole
// folder; Fleet's profiles come into a new one.
func TestWatchFilesOfAFolderThatGoesAndComes(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "Managed Preferences")
	path := filepath.Join(folder, "settings.plist")
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	ctx, cancel := context.WithCancel(t.Context())
	changes := host.WatchFiles(ctx, path)
	require.Equal(t, path, <-changes)
	require.NoError(t, os.RemoveAll(folder))
	require.Equal(t, path, <-changes, "gone with its folder")
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.WriteFile(path, []byte("new"), 0o644))
	require.Equal(t, path, <-changes, "in a new folder of the same name")
	require.NoError(t, os.WriteFile(path, []byte("newer"), 0o644))
	require.Equal(t, path, <-changes)
	require.NoError(t, os.Rename(folder, folder+".old"))
	require.Equal(t, path, <-changes, "moved away with its folder")
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.WriteFile(path, []byte("newest"), 0o644))
	require.Equal(t, path, <-changes)
	cancel()
	for range changes {
	}
}

func TestWatchFoldersThatGoAndCome(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "Settings")
	require.NoError(t, os.Mkdir(folder, 0o755))
	changes := host.WatchFolders(t.Context(), folder)
	<-changes // it is watched now
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a"), nil, 0o644))
	<-changes
	require.NoError(t, os.RemoveAll(folder))
	<-changes
	require.NoError(t, os.Mkdir(folder, 0o755))
	<-changes // it is watched again
	require.NoError(t, os.WriteFile(filepath.Join(folder, "b"), nil, 0o644))
	<-changes
}

// A file of somebody else's is watched by itself, and nothing else in its place.
func TestWatchFile(t *testing.T) {
	folder := t.TempDir()
	path, aside := filepath.Join(folder, "state.json"), filepath.Join(folder, "aside")
	changes := host.WatchFile(t.Context(), path)
	for range 3 { // it comes, and others take its place
		require.NoError(t, os.WriteFile(aside, []byte("{}"), 0o600))
		require.NoError(t, os.Rename(aside, path))
		<-changes
	}
	require.NoError(t, os.WriteFile(path, []byte("{} "), 0o600))
	<-changes
}

// A daemon that ends is no Mac that hangs.
func TestACommandThatNobodyWaitsFor(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := host.Commands{Root: t.TempDir()}.Run(ctx, "profiles-status")
	require.ErrorIs(t, err, context.Canceled)
	require.NotContains(t, err.Error(), "no answer")
}

// A Mac whose profiles bring fonts still says which one enrolled it: without
// that the server learns nothing of its enrollment.
func TestTheEnrollmentProfileAmongLargeOnes(t *testing.T) {
	root := t.TempDir()
	list := `<plist version="1.0"><dict><key>_computerlevel</key><array>` +
		`<dict><key>ProfileIdentifier</key><string>com.example.fonts</string><key>ProfileItems</key><array><dict>` +
		`<key>PayloadType</key><string>com.apple.font</string><key>PayloadContent</key><data>` + strings.Repeat("QUFB", 1<<20) + `</data></dict></array></dict>` +
		`<dict><key>ProfileIdentifier</key><string>com.example.mdm</string><key>ProfileItems</key><array><dict>` +
		`<key>PayloadType</key><string>com.apple.mdm</string></dict></array></dict></array></dict></plist>`
	require.NoError(t, os.WriteFile(filepath.Join(root, "list"), []byte(list), 0o644))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "usr/bin"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "usr/bin/profiles"), []byte("#!/bin/sh\nexec cat '"+root+"/list'\n"), 0o755))
	id, err := host.Commands{Root: root}.EnrollmentProfile(t.Context())
	require.NoError(t, err)
	require.Equal(t, "com.example.mdm", id)
}
