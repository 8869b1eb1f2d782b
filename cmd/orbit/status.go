package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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

	Unread string `json:"-"` // why the daemon's status can't be read, where it is there
	Root   bool   `json:"-"` // who asks may look everywhere
}

// gather reads what the daemon and the desktop wrote.
func gather(c options.Config, now time.Time) report {
	r := report{Root: os.Geteuid() == 0}
	r.readDesktop(c, r.readDaemon(c))
	if p := readPause(c, now); !p.Until.IsZero() {
		r.Pause = &p
	}
	r.Prompted, r.Why = r.why(now)
	return r
}

// readDaemon gives the user id of the person at the screen; 0: nobody is known.
func (r *report) readDaemon(c options.Config) (uid int) {
	s, err := daemon.LoadStatus(c.Var())
	switch {
	case err == nil:
		r.Daemon, r.Running = &s, daemon.Running(c.Var(), s.PID)
	case errors.Is(err, fs.ErrNotExist):
		r.Missing = append(r.Missing, "the daemon has never run with "+c.RootDir+"; see orbit doctor")
	default:
		r.Unread = err.Error()
		r.Missing = append(r.Missing, r.Unread)
	}
	return s.Mac.UID
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
	r.Desktop, r.Alive = &s, daemon.Alive(s.PID)
}
