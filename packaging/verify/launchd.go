package verify

import (
	"path"
	"strings"
)

// launchdJob is a plist in /Library/LaunchDaemons or LaunchAgents.
type launchdJob struct {
	Label     string   `plist:"Label"`
	Program   string   `plist:"Program"`
	Arguments []string `plist:"ProgramArguments"`

	kind, at, where string
}

// launchdKind is "daemon" or "agent" for a plist that launchd would load.
func launchdKind(at string) string {
	switch path.Dir(at) {
	case "/Library/LaunchDaemons":
		return "daemon"
	case "/Library/LaunchAgents":
		return "agent"
	}
	return ""
}

// checkLaunchd looks at every job with all components' files in hand, since
// one may start what another installs.
func (v *verifier) checkLaunchd(components []component) {
	files := map[string]installed{}
	opaque := false
	for _, c := range components {
		opaque = opaque || c.opaque
		for name, f := range c.files {
			files[name] = f
		}
	}
	for _, c := range components {
		for _, job := range c.jobs {
			s := v.at(LayerLaunchd, job.where)
			job.check(s, files, opaque)
			s.ok("%s %s starts %s", job.kind, job.Label, job.program())
		}
	}
}

func (j launchdJob) program() string {
	if j.Program != "" || len(j.Arguments) == 0 {
		return j.Program
	}
	return j.Arguments[0]
}

func (j launchdJob) check(s *scope, files map[string]installed, opaque bool) {
	if j.Label == "" {
		s.fail("has no Label; launchd refuses it")
	} else if j.Label+".plist" != path.Base(j.at) {
		s.warn("its Label is %s, its file is %s", j.Label, path.Base(j.at))
	}
	if f := files[j.at]; !f.ownedRoot() || f.writable() {
		s.fail("is mode %04o and belongs to %d:%d; launchd loads only what root alone can write", f.mode&0o7777, f.uid, f.gid)
	}
	program := j.program()
	if !path.IsAbs(program) {
		s.fail("starts %q, which is not an absolute path", program)
		return
	}
	f, there := files[path.Clean(program)]
	switch {
	case !there && !isSystem(program) && !opaque:
		s.fail("starts %s, which no component installs", program)
	case !there || f.link != "":
	case !f.runs():
		s.fail("starts %s, which is not executable (mode %04o)", program, f.mode&0o7777)
	case j.kind == "daemon" && (!f.ownedRoot() || f.writable()):
		s.fail("runs %s as root, which others can write (mode %04o, %d:%d)", program, f.mode&0o7777, f.uid, f.gid)
	}
}

// isSystem tells a program that comes with macOS.
func isSystem(program string) bool {
	for _, dir := range []string{"/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/libexec/", "/System/"} {
		if strings.HasPrefix(program, dir) {
			return true
		}
	}
	return false
}
