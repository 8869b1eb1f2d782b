package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent"
	"fleetmigrate/pkg/deviceclient"
)

func simulateCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "print the calendar of reminders that a configuration gives",
		Description: "It runs the very decisions of the desktop on a clock of its own, for a person who\n" +
			"always chooses Later. Nothing is shown and nothing is changed. Options come from\n" +
			"this Mac's configuration, and flags go before it.\n\n" +
			"Examples:\n" +
			"  orbit simulate                                        the next day in forced mode\n" +
			"  orbit simulate --deadline 2027-03-01T17:00:00Z --for 168h --start 2027-02-23T09:00:00Z\n" +
			"  orbit simulate --gap --for 1h                         a Mac that is in no MDM",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "mode", Value: "forced", Usage: "the server's: forced or voluntary"},
			&cli.BoolFlag{Name: "gap", Usage: "the Mac has left the old MDM and is not in Fleet yet"},
			&cli.DurationFlag{Name: "for", Value: 24 * time.Hour, Usage: "how far to look, at most 8760h"},
			&cli.StringFlag{Name: "start", Usage: "when the server begins to ask (RFC 3339); default now"},
			&cli.DurationFlag{Name: "open-for", Value: time.Minute, Usage: "how long the person leaves a dialog open"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		}, optionFlags("deadline", "deferrals", "forced-interval", "gap-interval", "blur-from", "root-dir", "host-root")...),
		Action: func(_ context.Context, cmd *cli.Command) error {
			plan, err := planOf(cmd, getenv)
			if err != nil {
				return err
			}
			reminders := agent.Simulate(plan)
			if cmd.Bool("json") {
				return writeJSON(cmd.Root().Writer, append([]agent.Reminder{}, reminders...))
			}
			return printCalendar(cmd.Root().Writer, plan, reminders)
		},
	}
}

const maxSimulation = 365 * 24 * time.Hour

func planOf(cmd *cli.Command, getenv func(string) string) (agent.Plan, error) {
	c, err := loaded(cmd, getenv)
	if err != nil {
		return agent.Plan{}, err
	}
	p := agent.Plan{Policy: c.Policy, Mode: deviceclient.Mode(cmd.String("mode")), Gap: cmd.Bool("gap"),
		Start: time.Now().Truncate(time.Second), For: cmd.Duration("for"), OpenFor: cmd.Duration("open-for")}
	if text := cmd.String("start"); text != "" {
		if p.Start, err = time.Parse(time.RFC3339, text); err != nil {
			return p, usageError{fmt.Errorf("--start is %q: write it like 2027-02-23T09:00:00Z", text)}
		}
	}
	switch {
	case p.Mode != deviceclient.Forced && p.Mode != deviceclient.Voluntary:
		return p, usageError{fmt.Errorf("--mode is %q: it must be forced or voluntary", p.Mode)}
	case p.For <= 0 || p.For > maxSimulation:
		return p, usageError{fmt.Errorf("--for is %s: it must be more than 0 and at most %s", p.For, maxSimulation)}
	case p.OpenFor < time.Second:
		return p, usageError{fmt.Errorf("--open-for is %s: it must be at least 1s", p.OpenFor)}
	}
	return p, nil
}

func printCalendar(w io.Writer, p agent.Plan, reminders []agent.Reminder) error {
	if len(reminders) == 0 {
		_, err := fmt.Fprintf(w, "no dialog appears by itself in %s: in %s mode a person opens it from the menu bar\n", span(p.For), p.Mode)
		return err
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "WHEN\tDIALOG\tBLUR\tLATER LEFT\tSAYS IT RETURNS")
	for _, r := range reminders {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.At.UTC().Format("Mon 2006-01-02 15:04:05Z"), r.Variant, yesNo(r.Blur), deferrals(r.DeferralsLeft), returns(r))
	}
	fmt.Fprintf(table, "%d dialogs in %s\n", len(reminders), span(p.For))
	return table.Flush()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func deferrals(n int) string {
	if n < 0 {
		return "no limit"
	}
	return fmt.Sprint(n)
}

func returns(r agent.Reminder) string {
	switch {
	case r.ReturnsIn <= 0:
		return "-"
	case !r.ReturnsAt.IsZero():
		return r.ReturnsAt.UTC().Format("Mon 15:04Z")
	}
	return "after " + span(r.ReturnsIn)
}
