package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent"
	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/options"
)

func statusCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "status",
		Usage: "say why this Mac is or is not prompted, and how everything stands",
		Description: "It asks nobody: it shows what the daemon and the desktop of the person at the screen\n" +
			"wrote down last. Run it with sudo to see the desktop's part.\n\n" +
			"Examples:\n" +
			"  sudo orbit status\n" +
			"  sudo orbit status --json",
		Flags: append([]cli.Flag{&cli.BoolFlag{Name: "json", Usage: "print JSON"}}, optionFlags("root-dir", "desktop-state-dir")...),
		Action: func(_ context.Context, cmd *cli.Command) error {
			c, err := loaded(cmd, getenv)
			if err != nil {
				return err
			}
			r := gather(c, time.Now())
			if cmd.Bool("json") {
				return writeJSON(cmd.Root().Writer, r)
			}
			return r.print(cmd.Root().Writer, time.Now())
		},
	}
}

// report is everything that `orbit status` knows.
type report struct {
	Why        string         `json:"why"` // this Mac is or is not prompted
	Prompted   bool           `json:"prompted"`
	Daemon     *daemon.Status `json:"daemon,omitempty"`
	Running    bool           `json:"daemon_running"`
	Desktop    *agent.Status  `json:"desktop,omitempty"`
	Alive      bool           `json:"desktop_running"`
	Pause      *agent.Pause   `json:"pause,omitempty"`
	Missing    []string       `json:"missing,omitempty"` // what could not be read, and why
	DesktopDir string         `json:"desktop_dir,omitempty"`
}

// gather reads what the daemon and the desktop wrote.
func gather(c options.Config, now time.Time) report {
	var r report
	uid := 0
	if s, err := daemon.LoadStatus(c.Var()); err == nil {
		r.Daemon, uid = &s, s.Mac.UID
		r.Running = alive(s.PID)
	} else if errors.Is(err, fs.ErrNotExist) {
		r.Missing = append(r.Missing, "the daemon has never run with "+c.RootDir+"; see orbit doctor")
	} else {
		r.Missing = append(r.Missing, err.Error())
	}
	r.readDesktop(c, uid)
	if p := readPause(c, now); !p.Until.IsZero() {
		r.Pause = &p
	}
	r.Prompted, r.Why = r.why(now)
	return r
}

func (r *report) readDesktop(c options.Config, uid int) {
	dir, err := daemon.DesktopStateDir(c, uid, daemon.HomeOf)
	switch {
	case err != nil:
		r.Missing = append(r.Missing, err.Error())
		return
	case dir == "":
		r.Missing = append(r.Missing, "nobody is at the screen, so no desktop is looked at")
		return
	}
	r.DesktopDir = dir
	var s agent.Status
	if !daemon.ReadTheirs(filepath.Join(dir, "status.json"), uid, &s) {
		r.Missing = append(r.Missing, "the desktop's status in "+dir+" can't be read: it has not run yet, or this needs sudo")
		return
	}
	r.Desktop, r.Alive = &s, alive(s.PID)
}

// alive reports that a process is there, whoever it belongs to.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
