package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
)

func runCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "run",
		Usage: "run the daemon; launchd does this",
		Description: "Examples:\n" +
			"  sudo orbit run                                     as launchd starts it\n" +
			"  orbit run --root-dir /tmp/orbit --host-root /tmp/mac --log-file - --fleet-url http://localhost:8080",
		Flags: optionFlags(),
		Action: func(ctx context.Context, cmd *cli.Command) error {
			if err := noArguments(cmd); err != nil {
				return err
			}
			s, err := sources(cmd, getenv)
			if err != nil {
				return err
			}
			return runDaemon(ctx, s)
		},
	}
}

// runDaemon publishes the policy, again whenever its sources change.
func runDaemon(ctx context.Context, s *options.Sources) error {
	r, err := s.Keep()
	if err != nil {
		return err
	}
	changes := host.WatchFiles(ctx, s.Files(r.Config)...)
	for {
		if err := policy.Save(r.Config.Var()+"/policy.json", r.Config.Policy); err != nil {
			return fmt.Errorf("publishing the policy: %w", err)
		}
		if _, ok := <-changes; !ok {
			return nil
		}
		if r, err = s.Keep(); err != nil {
			return err
		}
	}
}
