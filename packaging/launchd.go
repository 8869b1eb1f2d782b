package packaging

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

const newsyslogPath = newsyslogDir + "/com.fleetmigrate.conf"

// newsyslog rotates what launchd catches of standard error, which is a crash's
// last words: 5 files of 1 MB, compressed. Orbit rotates its own log.
const newsyslog = `# logfilename                       [owner:group]  mode count size when  flags
/var/log/fleet-migrate/stderr.log   root:wheel     640  5     1024 *     J
`

const plistHead = xml.Header +
	`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n" +
	`<plist version="1.0">` + "\n"

// daemonPlist starts orbit at boot and again whenever it ends. Background and
// low-priority I/O keep it out of everybody's way; BundleProgram-less daemons
// are shown under the app they name in AssociatedBundleIdentifiers.
func daemonPlist(insecure bool) []byte {
	environment := ""
	if insecure {
		environment = `	<key>EnvironmentVariables</key>
	<dict>
		<key>ORBIT_INSECURE</key>
		<string>true</string>
	</dict>
`
	}
	return fmt.Appendf(nil, plistHead+`<dict>
	<key>Label</key>
	<string>%s</string>
	<key>AssociatedBundleIdentifiers</key>
	<array>
		<string>%s</string>
	</array>
	<key>ProgramArguments</key>
	<array>
		<string>/%s</string>
		<string>run</string>
	</array>
%s	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<true/>
	<key>ThrottleInterval</key>
	<integer>10</integer>
	<key>ExitTimeOut</key>
	<integer>10</integer>
	<key>ProcessType</key>
	<string>Background</string>
	<key>LowPriorityIO</key>
	<true/>
	<key>StandardErrorPath</key>
	<string>/var/log/fleet-migrate/stderr.log</string>
</dict>
</plist>
`, DaemonLabel, DesktopBundle, orbitPath, environment)
}

// agentPlist starts Fleet Desktop in every graphical session, as that person.
// It names the program within the app, not open(1), so that launchd knows the
// process it keeps alive.
func agentPlist(program string) []byte {
	return fmt.Appendf(nil, plistHead+`<dict>
	<key>Label</key>
	<string>%s</string>
	<key>AssociatedBundleIdentifiers</key>
	<array>
		<string>%s</string>
	</array>
	<key>ProgramArguments</key>
	<array>
		<string>/%s/Contents/MacOS/%s</string>
	</array>
	<key>LimitLoadToSessionType</key>
	<string>Aqua</string>
	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<true/>
	<key>ThrottleInterval</key>
	<integer>10</integer>
	<key>ExitTimeOut</key>
	<integer>5</integer>
	<key>ProcessType</key>
	<string>Adaptive</string>
</dict>
</plist>
`, AgentLabel, DesktopBundle, desktopPath, escape(program))
}

// escape makes text safe within XML, attributes included.
func escape(text string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(text)) // a buffer takes everything
	return out.String()
}
