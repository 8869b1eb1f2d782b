package packaging_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mac is a root folder with stand-ins for the commands that the scripts run.
// Each stand-in notes its call; launchctl and its kin answer from files.
type mac struct {
	t       *testing.T
	root    string
	scripts string // unpacked from a package, with their paths led into root
}

// The stand-ins answer as macOS does. launchctl knows the jobs that are loaded
// (loaded/), the domains that exist (domains/), how often a bootout leaves the
// old process behind and a bootstrap fails (slow, busy), and the folder in which
// a process leaves something before it is gone (keeps).
const (
	launchctl = `
state=$MAC/launchctl
label=$(echo "$2" | tr / _)
last_words() { [ ! -e "$state/keeps" ] || { mkdir -p "$(cat "$state/keeps")" && echo kept >"$(cat "$state/keeps")/secret"; }; }
count() { n=$(cat "$state/$1" 2>/dev/null || echo 0); [ "$n" -gt 0 ] && echo $((n - 1)) >"$state/$1"; }
case $1 in
print)
	case $2 in
	system/* | gui/*/*)
		if [ -e "$state/leaving/$label" ] && ! count slow; then rm "$state/leaving/$label" && last_words; fi
		[ -e "$state/loaded/$label" ] || [ -e "$state/leaving/$label" ] || exit 113 ;;
	*) [ -e "$state/domains/$label" ] || exit 125 ;;
	esac ;;
bootout)
	[ -e "$state/loaded/$label" ] || { echo "Boot-out failed: 3: No such process" >&2; exit 3; }
	mv "$state/loaded/$label" "$state/leaving/$label" ;;
enable) rm -f "$state/disabled/$label" ;;
bootstrap)
	job=$(basename "$3" .plist)
	[ -e "$state/disabled/${label}_$job" ] && { echo "Bootstrap failed: 119: Service is disabled" >&2; exit 119; }
	[ -e "$state/leaving/${label}_$job" ] && { count slow || rm "$state/leaving/${label}_$job"; echo "Bootstrap failed: 37: Operation already in progress" >&2; exit 37; }
	count busy && { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }
	touch "$state/loaded/${label}_$job" ;;
esac
exit 0`
	pkgutil    = `case "$*" in *--pkg-info*) [ -e "$MAC/receipts/${!#}" ] ;; *--forget*) rm -f "$MAC/receipts/${!#}" ;; esac`
	stat       = `cat "$MAC/console"`
	ps         = `cat "$MAC/ps" 2>/dev/null`
	plistBuddy = `case "$*" in *Print*) cat "$MAC/fleetd-url" 2>/dev/null || exit 1 ;; esac`
	nothing    = `:`
)

func newMac(t *testing.T, setup func(m *mac)) *mac {
	t.Helper()
	m := &mac{t: t, root: t.TempDir()}
	for _, dir := range []string{
		"bin", "receipts", "launchctl/loaded", "launchctl/leaving", "launchctl/domains", "launchctl/disabled",
		"Library/LaunchDaemons", "Library/LaunchAgents", "opt/fleet-migrate/bin", "opt/fleet-migrate/etc", "private/etc/newsyslog.d", "private/var/log/fleet-migrate",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(m.root, dir), 0o755))
	}
	for name, body := range map[string]string{
		"launchctl": launchctl, "pkgutil": pkgutil, "stat": stat, "ps": ps, "PlistBuddy": plistBuddy, "sleep": nothing, "chown": nothing, "id": `echo "${UID_SAYS:-0}"`,
	} {
		m.write("bin/"+name, "#!/bin/bash\necho \"$(basename \"$0\") $*\" >>\"$MAC/calls\"\n"+body+"\n", 0o755)
	}
	m.write("console", "0\n", 0o644)
	m.write("launchctl/domains/system", "", 0o644)
	if setup != nil {
		setup(m)
	}
	m.unpack()
	return m
}

func (m *mac) write(name, body string, mode os.FileMode) {
	m.t.Helper()
	require.NoError(m.t, os.WriteFile(filepath.Join(m.root, name), []byte(body), mode))
}

func (m *mac) exists(name string) bool {
	_, err := os.Lstat(filepath.Join(m.root, name))
	return err == nil
}

// session is a person who is logged in at the screen; front owns the console.
func (m *mac) session(uid int, front bool) {
	m.write(fmt.Sprintf("launchctl/domains/gui_%d", uid), "", 0o644)
	lines := ""
	if old, err := os.ReadFile(filepath.Join(m.root, "ps")); err == nil {
		lines = string(old)
	}
	m.write("ps", lines+fmt.Sprintf("%5d /System/Library/CoreServices/Finder.app/Contents/MacOS/Finder\n%5d /usr/libexec/rapportd\n", uid, uid), 0o644)
	if front {
		m.write("console", fmt.Sprintln(uid), 0o644)
	}
}

// unpack takes the scripts out of a real package and leads their absolute paths
// and their PATH here; nothing else of them changes.
func (m *mac) unpack() {
	m.t.Helper()
	dir := filepath.Join(m.root, "package")
	require.NoError(m.t, os.MkdirAll(dir, 0o755))
	opts := options(m.t)
	opts.SwiftDialog = ""
	pkg := build(m.t, opts)
	run(m.t, `bsdtar -xOf "$1" agent.pkg/Scripts | gunzip | (cd "$2" && cpio -id --quiet)
		bsdtar -xOf "$1" agent.pkg/Payload | gunzip | (cd "$3" && cpio -id --quiet --no-absolute-filenames './Library/*/*' ./opt/fleet-migrate/bin/uninstall './private/etc/newsyslog.d/*')`, pkg, dir, m.root)
	m.scripts = dir
	lead := strings.NewReplacer(
		"PATH=/usr/bin:", "PATH="+m.root+"/bin:/usr/bin:",
		`$volume/`, "$volume"+m.root+"/",
		`"/Library`, `"`+m.root+`/Library`, `"/opt`, `"`+m.root+`/opt`, `"/private`, `"`+m.root+`/private`,
	)
	for _, name := range []string{"package/preinstall", "package/postinstall", "opt/fleet-migrate/bin/uninstall"} {
		raw, err := os.ReadFile(filepath.Join(m.root, name))
		require.NoError(m.t, err)
		led := lead.Replace(string(raw))
		require.Contains(m.t, led, m.root+"/bin:")
		m.write(name, led, 0o755)
	}
}

// script runs one, as Installer does, and gives the calls it made.
func (m *mac) script(name string, env ...string) (calls string) {
	m.t.Helper()
	calls, out, err := m.try(name, "/", env...)
	require.NoError(m.t, err, out)
	return calls
}

func (m *mac) try(name, volume string, env ...string) (calls, out string, err error) {
	m.t.Helper()
	_ = os.Remove(filepath.Join(m.root, "calls"))
	cmd := exec.Command("/bin/sh", filepath.Join(m.root, name), "/tmp/agent.pkg", volume, volume, "/")
	cmd.Dir = m.root
	cmd.Env = append([]string{"MAC=" + m.root, "PATH=/nowhere"}, env...)
	said, err := cmd.CombinedOutput()
	noted, _ := os.ReadFile(filepath.Join(m.root, "calls"))
	return strings.ReplaceAll(string(noted), m.root, ""), string(said), err
}

func run(t testing.TB, script string, args ...string) string {
	t.Helper()
	cmd := exec.Command("bash", append([]string{"-euo", "pipefail", "-c", script, "bash"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}
