package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

func uninstallCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "uninstall",
		Usage: "remove the agent from this Mac; the log stays",
		Description: "Without --yes it only says what it would do. Nothing of Fleet's own agent, and\n" +
			"nothing of the enrollment, is touched.\n\n" +
			"Examples:\n" +
			"  orbit uninstall              what would be removed\n" +
			"  sudo orbit uninstall --yes   remove it",
		Flags: append([]cli.Flag{&cli.BoolFlag{Name: "yes", Usage: "do it"}}, optionFlags("root-dir", "host-root")...),
		Action: func(ctx context.Context, cmd *cli.Command) error {
			c, err := loaded(cmd, getenv)
			if err != nil {
				return err
			}
			r := removal(ctx, c)
			out := cmd.Root().Writer
			if !cmd.Bool("yes") {
				for _, s := range r.Steps() {
					fmt.Fprintln(out, "would", s.What)
				}
				fmt.Fprintln(out, "Nothing was changed. Do it with: sudo orbit uninstall --yes")
				return nil
			}
			if os.Geteuid() != 0 && c.HostRoot == "" {
				return errors.New("only root can remove the agent; run: sudo orbit uninstall --yes")
			}
			return r.Run(ctx, func(s daemon.Step, err error) {
				if err != nil {
					fmt.Fprintf(out, "failed: %s: %v\n", s.What, err)
					return
				}
				fmt.Fprintln(out, "done:", s.What)
			})
		},
	}
}

// removal is the agent's removal from this Mac.
func removal(ctx context.Context, c options.Config) daemon.Removal {
	commands := host.Commands{Root: c.HostRoot}
	sessions, err := commands.Sessions(ctx)
	if err != nil {
		sessions = nil // nobody's desktop can be ended then; without its files it does not come back
	}
	return daemon.Removal{Commands: commands, RootDir: c.RootDir, Sessions: sessions}
}

// loaded is the configuration of a command that only needs its values.
func loaded(cmd *cli.Command, getenv func(string) string) (options.Config, error) {
	if err := noArguments(cmd); err != nil {
		return options.Config{}, err
	}
	s, err := sources(cmd, getenv)
	if err != nil {
		return options.Config{}, err
	}
	return s.Load().Config, nil
}
