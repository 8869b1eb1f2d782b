package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

func doctorCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "check everything the migration needs, and say how to mend what is wrong",
		Description: "Run it with sudo: without, it can't look at what is root's. The exit code is 1 if\n" +
			"anything fails; a warning does not fail.\n\n" +
			"Examples:\n" +
			"  sudo orbit doctor\n" +
			"  sudo orbit doctor --json\n" +
			"  sudo orbit doctor --ask-apple    ask Apple anew, within the limits of the ledger",
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
			&cli.BoolFlag{Name: "ask-apple", Usage: "ask Apple for the assignment anew; it answers about ten times a day"},
		}, optionFlags("fleet-url", "fleet-certificate", "insecure", "root-dir", "host-root", "desktop-state-dir")...),
		Action: func(ctx context.Context, cmd *cli.Command) error {
			if err := noArguments(cmd); err != nil {
				return err
			}
			s, err := sources(cmd, getenv)
			if err != nil {
				return err
			}
			findings := newPatient(s.Load(), cmd.Bool("ask-apple")).examine(ctx)
			if cmd.Bool("json") {
				err = writeJSON(cmd.Root().Writer, map[string]any{"findings": findings})
			} else {
				err = printFindings(cmd.Root().Writer, findings)
			}
			if err == nil && worst(findings) == fail {
				return exitCode(1)
			}
			return err
		},
	}
}

// level is how bad a finding is.
type level string

const (
	ok   level = "ok"
	warn level = "warn"
	fail level = "fail"
)

// finding is what one check came to.
type finding struct {
	Check string `json:"check"`
	Level level  `json:"level"`
	Says  string `json:"says"`
	Fix   string `json:"fix,omitempty"` // in one line
}

func good(format string, args ...any) finding {
	return finding{Level: ok, Says: fmt.Sprintf(format, args...)}
}
func bad(l level, fix, format string, args ...any) finding {
	return finding{Level: l, Says: fmt.Sprintf(format, args...), Fix: fix}
}

// patient is the Mac that is examined.
type patient struct {
	resolved options.Resolved
	c        options.Config
	commands host.Commands
	status   *daemon.Status // of the daemon; nil where it never ran
	unread   error          // why there is none
	askApple bool
	root     bool // may look everywhere
}

func newPatient(r options.Resolved, askApple bool) *patient {
	p := &patient{resolved: r, c: r.Config, commands: host.Commands{Root: r.Config.HostRoot}, askApple: askApple, root: os.Geteuid() == 0}
	s, err := daemon.LoadStatus(p.c.Var())
	if p.unread = err; err == nil {
		p.status = &s
	}
	return p
}

// check looks at one thing. None stops the others, and each has a deadline.
type check struct {
	name string
	look func(*patient, context.Context) []finding
}

// checks is everything, from the ground up.
var checks = []check{
	{"configuration", (*patient).configuration},
	{"files", (*patient).files},
	{"daemon", (*patient).daemon},
	{"desktop", (*patient).desktop},
	{"dns", (*patient).dns},
	{"tls", (*patient).tls},
	{"endpoints", (*patient).endpoints},
	{"clock", (*patient).clock},
	{"token", (*patient).token},
	{"swiftDialog", (*patient).swiftDialog},
	{"notifications", (*patient).notifications},
	{"enrollment", (*patient).enrollment},
	{"Apple Business", (*patient).apple},
	{"disk access", (*patient).diskAccess},
}

const checkTimeout = 30 * time.Second

func (p *patient) examine(ctx context.Context) []finding {
	var all []finding
	for _, c := range checks {
		func() {
			ctx, cancel := context.WithTimeout(ctx, checkTimeout)
			defer cancel()
			for _, f := range c.look(p, ctx) {
				f.Check = c.name
				all = append(all, f)
			}
		}()
	}
	return all
}

func worst(findings []finding) level {
	w := ok
	for _, f := range findings {
		if f.Level == fail || f.Level == warn && w == ok {
			w = f.Level
		}
	}
	return w
}

func printFindings(w io.Writer, findings []finding) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	count := map[level]int{}
	for _, f := range findings {
		count[f.Level]++
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Level, f.Check, plain(f.Says))
		if f.Fix != "" {
			fmt.Fprintf(table, "\t\tfix: %s\n", plain(f.Fix))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d ok, %d warnings, %d failures\n", count[ok], count[warn], count[fail])
	return err
}

// in is a path below the agent's folder.
func (p *patient) in(name string) string { return filepath.Join(p.c.RootDir, name) }
