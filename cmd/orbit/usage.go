package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/options"
)

// usageError is a command line that can't be read.
type usageError struct{ error }

// tellUsage makes a flag that can't be read one line and exit code 2, for every
// command: the library asks each for itself, and else prints its whole help.
func tellUsage(cmd *cli.Command) {
	cmd.OnUsageError = func(_ context.Context, cmd *cli.Command, err error, _ bool) error {
		if typed, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); unknown {
			err = noFlag(cmd, strings.TrimLeft(typed, "-"))
		}
		return usageError{fmt.Errorf("%w; see %s --help", err, cmd.FullName())}
	}
	for _, sub := range cmd.Commands {
		tellUsage(sub)
	}
}

// noFlag names the flag that was meant, or whose flag it is.
func noFlag(cmd *cli.Command, typed string) error {
	var known []string
	for _, f := range cmd.Flags {
		known = append(known, f.Names()...)
	}
	o, isOption := options.ByName(typed)
	near := nearest(typed, known)
	switch {
	case isOption && o.Secret:
		return fmt.Errorf("%s is a secret, which every user could read on a command line; orbit config says where it is set", typed)
	case isOption:
		return fmt.Errorf("--%s is for orbit run; orbit config says where else it is set", typed)
	case near != "":
		return fmt.Errorf("there is no flag %s, the nearest is %s", dashed(typed), dashed(near))
	}
	return fmt.Errorf("there is no flag %s", dashed(typed))
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// noCommand is what happens without a command, or with one that is none.
func noCommand(_ context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return unknownCommand(cmd, cmd.Args().First())
	}
	return cli.ShowRootCommandHelp(cmd)
}

func unknownCommand(cmd *cli.Command, typed string) error {
	if near := nearestCommand(cmd, typed); near != "" {
		return usageError{fmt.Errorf("there is no command %q, the nearest is %s %s", typed, cmd.FullName(), near)}
	}
	return usageError{fmt.Errorf("there is no command %q; see %s --help", typed, cmd.FullName())}
}

func nearestCommand(cmd *cli.Command, typed string) string {
	var known []string
	for _, c := range cmd.Commands {
		known = append(known, c.Names()...)
	}
	return nearest(typed, known)
}

// noArguments refuses what would be ignored.
func noArguments(cmd *cli.Command) error {
	typed := cmd.Args().First()
	switch {
	case !cmd.Args().Present():
		return nil
	case nearestCommand(cmd, typed) != "":
		return unknownCommand(cmd, typed)
	}
	return usageError{unexpected(typed)}
}

type unexpected string

func (u unexpected) Error() string {
	return "unexpected argument " + strconv.Quote(string(u)) + "; see --help"
}
