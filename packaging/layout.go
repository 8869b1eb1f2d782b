package packaging

import (
	"io/fs"
	"path"
)

// The names by which macOS knows the parts; docs/architecture.md has them too.
const (
	Identifier    = "com.fleetmigrate.pkg"
	DaemonLabel   = "com.fleetmigrate.orbit"
	AgentLabel    = "com.fleetmigrate.desktop"
	DesktopBundle = "com.fleetmigrate.desktop"
)

// Where things lie on the Mac, relative to /.
const (
	home         = "opt/fleet-migrate"
	orbitPath    = home + "/bin/orbit"
	removerPath  = home + "/bin/uninstall"
	desktopPath  = home + "/Fleet Desktop.app"
	dialogPath   = home + "/Dialog.app"
	daemonPath   = "Library/LaunchDaemons/" + DaemonLabel + ".plist"
	agentPath    = "Library/LaunchAgents/" + AgentLabel + ".plist"
	logDir       = "private/var/log/fleet-migrate"
	newsyslogDir = "private/etc/newsyslog.d"
)

// folders of our own and the modes they are installed with; every other folder
// is macOS's and gets the 0755 it has anyway. /etc and /var are links there, so
// that their real names are used.
var folders = map[string]fs.FileMode{
	home: 0o755, home + "/bin": 0o755, home + "/etc": 0o755,
	home + "/var": 0o755, home + "/var/users": 0o711, home + "/var/private": 0o700,
	logDir: 0o755,
}

// Entry is one path of the package as it is installed. All belong to root:wheel.
type Entry struct {
	// Path is "." or slash-separated and relative to /.
	Path string
	Mode fs.FileMode
	Size int64
	Link string
}

// withParents adds the folders that entries lie in.
func withParents(paths map[string]fs.FileMode, name string) {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if _, there := paths[dir]; !there {
			paths[dir] = 0o755
		}
		if dir == "." {
			return
		}
	}
}
