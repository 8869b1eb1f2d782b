package main

import (
	"strconv"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/options"
)

// optionFlags makes a flag of every option of the table. The environment is not
// read here but with the other sources, so that `orbit config` can tell where a
// value comes from.
func optionFlags() []cli.Flag {
	var flags []cli.Flag
	for _, o := range options.All() {
		switch {
		case o.Flag() == "":
		case o.Kind == options.Boolean:
			flags = append(flags, &cli.BoolFlag{Name: o.Flag(), Usage: o.Help + " [$" + o.Env + "]", HideDefault: true})
		default:
			flags = append(flags, &cli.StringFlag{Name: o.Flag(), Usage: flagHelp(o), HideDefault: true})
		}
	}
	return flags
}

func flagHelp(o options.Option) string {
	help := o.Help
	if o.Default != "" {
		help += " Default: " + o.Default + "."
	}
	return help + " [$" + o.Env + "]"
}

// sources are the sources of a command with optionFlags. A bad flag is told at
// once: whoever typed it is still there.
func sources(cmd *cli.Command, getenv func(string) string) (*options.Sources, error) {
	s := &options.Sources{Flags: map[string]string{}, Getenv: getenv}
	for _, o := range options.All() {
		if o.Flag() == "" || !cmd.IsSet(o.Flag()) {
			continue
		}
		text := cmd.String(o.Flag())
		if o.Kind == options.Boolean {
			text = strconv.FormatBool(cmd.Bool(o.Flag()))
		}
		if err := o.Check(text); err != nil {
			return nil, usageError{err}
		}
		s.Flags[o.Name] = text
	}
	return s, nil
}

// noArguments refuses what would be ignored.
func noArguments(cmd *cli.Command) error {
	if !cmd.Args().Present() {
		return nil
	}
	return usageError{unexpected(cmd.Args().First())}
}

type unexpected string

func (u unexpected) Error() string {
	return "unexpected argument " + strconv.Quote(string(u)) + "; see --help"
}
