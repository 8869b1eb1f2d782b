package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"time"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

func (p *patient) configuration(context.Context) (found []finding) {
	for _, problem := range p.resolved.Problems {
		found = append(found, bad(fail, "correct the value there; nothing needs a restart", "%s", problem.Error()))
	}
	url := p.resolved.Value("fleet-url")
	if url.Text == "" {
		return append(found, bad(fail, "set key FleetURL in a profile for "+options.FleetDomain+", or write it to "+p.in("etc/fleet-url"), "no Fleet server is configured"))
	}
	found = append(found, good("fleet-url is %s (%s)", url.Text, url.Source))
	if p.c.Policy.Insecure {
		found = append(found, bad(warn, "unset the option insecure: it is for tests", "the server's certificate is not verified"))
	}
	secret := p.resolved.Value("enroll-secret")
	switch {
	case secret.Text != "":
		found = append(found, good("enroll-secret is set (%s)", secret.Source))
	case !p.root:
		found = append(found, bad(warn, "run it with sudo", "the enroll secret is root's to read"))
	case p.status == nil || !p.status.Server.Enrolled:
		found = append(found, bad(fail, "set key EnrollSecret in a profile for "+options.FleetDomain+", or write it to "+p.in("etc/enroll-secret"), "no enroll secret is configured"))
	default:
		found = append(found, bad(warn, "set key EnrollSecret: a refused node key could not be replaced", "no enroll secret is configured, but this Mac is enrolled with the server"))
	}
	return found
}

// files looks at modes and owners.
func (p *patient) files(context.Context) (found []finding) {
	for _, want := range []struct {
		name string
		mode fs.FileMode
		fix  string
	}{
		{"etc/enroll-secret", 0o600, "sudo chmod 600 "}, {"var", 0o755, "sudo chmod 755 "}, {"var/users", 0o711, "sudo chmod 711 "},
		{"var/private", 0o700, "sudo chmod 700 "},
		{"var/facts.json", 0o644, "sudo chmod 644 "}, {"var/policy.json", 0o644, "sudo chmod 644 "}, {"var/status.json", 0o644, "sudo chmod 644 "},
	} {
		path := p.in(want.name)
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && want.name == "etc/enroll-secret": // it may come from a profile
		case err != nil:
			found = append(found, bad(fail, "start the daemon: it makes what is missing", "%v", err))
		case info.Mode().Type() != 0 && !info.IsDir():
			found = append(found, bad(fail, "sudo rm "+path+", and restart the daemon", "%s is neither a file nor a folder", path))
		case info.Mode().Perm() != want.mode:
			found = append(found, bad(fail, want.fix+path, "%s has mode %04o, not %04o", path, info.Mode().Perm(), want.mode))
		case !rootsOrOurs(info):
			found = append(found, bad(fail, "sudo chown root "+path, "%s is not root's", path))
		}
	}
	if len(found) == 0 {
		found = append(found, good("owners and modes below %s are right", p.c.RootDir))
	}
	return found
}

func rootsOrOurs(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (st.Uid == 0 || int(st.Uid) == os.Geteuid())
}

func (p *patient) daemon(ctx context.Context) (found []finding) {
	restart := "sudo launchctl kickstart -k system/" + daemon.DaemonLabel
	job, err := p.commands.Job(ctx, host.Job{Domain: "system", Label: daemon.DaemonLabel})
	switch {
	case err != nil:
		found = append(found, bad(warn, "run it on a Mac", "launchd can't be asked: %v", err))
	case !job.Loaded:
		found = append(found, bad(fail, "sudo launchctl bootstrap system "+daemon.DaemonPlist, "the LaunchDaemon %s is not loaded", daemon.DaemonLabel))
	case !job.Running:
		found = append(found, bad(fail, restart, "the LaunchDaemon is loaded and not running; last exit code: %s", orUnknown(job.LastExit)))
	default:
		found = append(found, good("the LaunchDaemon is loaded and running"))
	}
	switch s := p.status; {
	case s == nil:
		found = append(found, bad(fail, restart, "there is no status of the daemon: %v", p.unread))
	case !daemon.Running(p.c.Var(), s.PID):
		found = append(found, bad(fail, restart, "the daemon that wrote its status (process %d) is gone", s.PID))
	case s.Mac.Trouble != "":
		found = append(found, bad(fail, "run the command that is named, and see sudo orbit logs", "the daemon can't ask this Mac: %s", s.Mac.Trouble))
	case s.Server.Trouble != "":
		found = append(found, bad(fail, "see the next lines, and sudo orbit logs", "%s", s.Server.Trouble))
	case s.Vitals.Trouble != "":
		found = append(found, bad(fail, "see the next lines; what stands before the server must let /api/osquery/ through: there the server learns how this Mac is enrolled", "%s", s.Vitals.Trouble))
	default:
		found = append(found, good("process %d, %s, enrolled with the server: %s", s.PID, s.Mode, yesNo(s.Server.Enrolled)))
	}
	return found
}

// uid is who is at the screen, as the daemon saw it last.
func (p *patient) uid() int {
	if p.status == nil {
		return 0
	}
	return p.status.Mac.UID
}

func (p *patient) desktop(ctx context.Context) []finding {
	uid := p.uid()
	if uid == 0 {
		return []finding{bad(warn, "log in at the screen and run it again", "nobody is at the screen: the desktop can't be looked at")}
	}
	var found []finding
	job, err := p.commands.Job(ctx, host.GUI(uid, daemon.DesktopLabel))
	load := "launchctl bootstrap gui/" + strconv.Itoa(uid) + " " + daemon.DesktopPlist
	switch {
	case err != nil:
		found = append(found, bad(warn, "run it on a Mac", "launchd can't be asked: %v", err))
	case !job.Loaded:
		found = append(found, bad(fail, load+" (or log out and in)", "the LaunchAgent %s is not loaded for user %d", daemon.DesktopLabel, uid))
	case !job.Running:
		found = append(found, bad(fail, "launchctl kickstart gui/"+strconv.Itoa(uid)+"/"+daemon.DesktopLabel, "the LaunchAgent is loaded and not running; last exit code: %s", orUnknown(job.LastExit)))
	default:
		found = append(found, good("the LaunchAgent is loaded and running for user %d", uid))
	}
	r := gather(p.c, time.Now())
	if r.Desktop == nil {
		return append(found, bad(warn, "run it with sudo; if it already is: "+load, "the desktop's status can't be read"))
	}
	if r.Desktop.LastError != "" {
		found = append(found, bad(warn, "see the next lines", "the desktop's last trouble with the server: %s", r.Desktop.LastError))
	}
	return found
}

func (p *patient) token(ctx context.Context) []finding {
	uid := p.uid()
	if uid == 0 {
		return []finding{bad(warn, "log in at the screen and run it again", "nobody is at the screen, so there is no token")}
	}
	token, err := daemon.ReadToken(p.c.Var(), uid)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return []finding{bad(warn, "run it with sudo", "the token is not yours to read")}
	case err != nil:
		return []finding{bad(fail, "restart the daemon: sudo launchctl kickstart -k system/"+daemon.DaemonLabel, "the person at the screen has no token: %v", err)}
	}
	return p.tokenAtServer(ctx, token)
}

func (p *patient) diskAccess(context.Context) []finding {
	folder := p.c.OnHost(host.ProfilesFolder)
	if _, err := os.ReadDir(folder); err != nil {
		return []finding{bad(warn, "nothing is lost: changes are seen every "+time.Duration(p.c.VitalsInterval).String()+" instead of at once",
			"macOS's profiles folder can't be watched: %v", err)}
	}
	return []finding{good("no Full Disk Access is needed; macOS's profiles folder can be watched")}
}
