package fakemac

import (
	"strings"
	"time"

	"howett.net/plist"
)

func (m *mac) ioreg(args []string) int {
	switch strings.Join(args, " ") {
	case "-rd1 -c IOPlatformExpertDevice":
		f := m.facts
		m.print("+-o J316sAP  <class IOPlatformExpertDevice, id 0x100000224, registered, matched, active, busy 0 (37 ms), retain 34>\n    {\n"+
			"      \"IOPlatformSerialNumber\" = \"%s\"\n      \"IOPlatformUUID\" = \"%s\"\n      \"manufacturer\" = <\"Apple Inc.\">\n      \"model\" = <\"%s\">\n    }\n",
			f.HardwareSerial, f.HardwareUUID, f.HardwareModel)
		return 0
	case "-n Root -d1 -a":
		return m.session()
	case "-rd1 -c AppleH13CamIn":
		m.print("+-o AppleH13CamIn  <class AppleH13CamIn, id 0x1000004d6, registered, matched, active, busy 0 (0 ms), retain 11>\n    {\n      \"FrontCameraStreaming\" = %s\n    }\n", yesNo(m.facts.CameraInUse))
		return 0
	}
	return m.fail(1, "ioreg: this stand-in does not know %q", strings.Join(args, " "))
}

// session is the property list of who is at the screen.
func (m *mac) session() int {
	f := m.facts
	user := map[string]any{
		"kCGSSessionUserNameKey": f.ConsoleUser.Name, "kCGSSessionUserIDKey": f.ConsoleUser.UID,
		"kCGSSessionOnConsoleKey": true, "kCGSessionLoginDoneKey": true,
		"CGSSessionScreenIsLocked": f.ScreenLocked, "CGSSessionScreenIsShared": f.ScreenShared,
	}
	switch {
	case f.SetupAssistant:
		user["kCGSSessionUserNameKey"], user["kCGSSessionUserIDKey"] = "_mbsetupuser", 248
	case f.ConsoleUser.Name == "":
		user = map[string]any{"kCGSSessionUserNameKey": "loginwindow", "kCGSSessionUserIDKey": 0, "kCGSSessionOnConsoleKey": true, "kCGSessionLoginDoneKey": false}
	}
	data, err := plist.MarshalIndent(map[string]any{"IOConsoleUsers": []any{user}}, plist.XMLFormat, "\t")
	if err != nil {
		return m.fail(64, "fakemac: %v", err)
	}
	m.print("%s\n", data)
	return 0
}

func (m *mac) swVers(args []string) int {
	switch strings.Join(args, " ") {
	case "-productVersion":
		m.print("%s\n", m.facts.OSVersion)
	case "-buildVersion":
		m.print("24F74\n")
	case "":
		m.print("ProductName:\t\tmacOS\nProductVersion:\t\t%s\nBuildVersion:\t\t24F74\n", m.facts.OSVersion)
	default:
		return m.fail(1, "sw_vers: this stand-in does not know %q", strings.Join(args, " "))
	}
	return 0
}

func (m *mac) scutil(args []string) int {
	name := m.facts.ComputerName
	switch strings.Join(args, " ") {
	case "--get ComputerName":
		if name == "" {
			return m.fail(1, "ComputerName: not set")
		}
		m.print("%s\n", name)
	case "--get LocalHostName":
		plain := strings.Map(hostLetter, name)
		if plain == "" {
			return m.fail(1, "LocalHostName: not set")
		}
		m.print("%s\n", plain)
	default:
		return m.fail(1, "scutil: this stand-in does not know %q", strings.Join(args, " "))
	}
	return 0
}

// hostLetter makes a host's name as macOS does of "Jo's Mac": "Jos-Mac".
func hostLetter(r rune) rune {
	switch {
	case r == ' ':
		return '-'
	case r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		return r
	}
	return -1
}

func (m *mac) defaults(args []string) int {
	switch strings.Join(args, " ") {
	case "read -g AppleInterfaceStyle":
		if m.facts.Appearance == "dark" {
			m.print("Dark\n")
			return 0
		}
	case "read -g AppleLanguages":
		if len(m.facts.Languages) > 0 {
			m.print("(\n    \"%s\"\n)\n", strings.Join(m.facts.Languages, "\",\n    \""))
			return 0
		}
	}
	value := map[string]string{
		"read -g AppleLocale":             m.locale(),
		"read -g AppleICUForce24HourTime": map[string]string{"24": "1", "12": "0"}[m.facts.Clock],
	}[strings.Join(args, " ")]
	if value != "" {
		m.print("%s\n", value)
		return 0
	}
	key := ""
	if len(args) > 0 {
		key = args[len(args)-1]
	}
	return m.fail(1, "%s defaults[512:4242] \nThe domain/default pair of (kCFPreferencesAnyApplication, %s) does not exist", m.now.Format("2006-01-02 15:04:05.000"), key)
}

// locale is English with the ways of the region.
func (m *mac) locale() string {
	if m.facts.Region == "" {
		return ""
	}
	return "en_US@rg=" + strings.ToLower(m.facts.Region) + "zzzz"
}

func (m *mac) pmset(args []string) int {
	if strings.Join(args, " ") != "-g assertions" {
		return m.fail(1, "pmset: this stand-in does not know %q", strings.Join(args, " "))
	}
	m.print("%s\nAssertion status system-wide:\n   PreventUserIdleDisplaySleep    %d\nListed by owning process:\n", m.now.Format(time.DateTime+" -0700"), min(1, len(m.facts.Assertions)))
	for i, a := range m.facts.Assertions {
		m.print("   pid %d(%s): [0x%016x] 00:10:01 %s named: \"%s\"\n", 500+i, a.Process, 0xa000+i, a.Type, a.Process)
	}
	if m.facts.MicrophoneInUse {
		m.print("   pid 187(coreaudiod): [0x000000000000b001] 00:01:01 PreventUserIdleSystemSleep named: \"com.apple.audio.context\"\n\tResources: audio-in BuiltInMicrophoneDevice\n")
	}
	return 0
}

// osascript knows one script by what it asks for: which app is in full screen.
func (m *mac) osascript(args []string) int {
	if !strings.Contains(strings.Join(args, " "), "CGWindowListCopyWindowInfo") {
		return m.fail(1, "osascript: this stand-in knows one script")
	}
	m.print("%s\n", m.facts.FullScreenApp)
	return 0
}

// sysctl describes a MacBook Pro.
func (m *mac) sysctl(args []string) int {
	values := map[string]string{"hw.memsize": "17179869184", "hw.physicalcpu": "8", "hw.logicalcpu": "8", "machdep.cpu.brand_string": "Apple M1 Pro"}
	if len(args) == 0 || args[0] != "-n" {
		return m.fail(1, "sysctl: this stand-in only knows -n")
	}
	for _, name := range args[1:] {
		v, ok := values[name]
		if !ok {
			return m.fail(1, "sysctl: unknown oid '%s'", name)
		}
		m.print("%s\n", v)
	}
	return 0
}
