package main

import (
	"slices"
	"strconv"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/options"
)

// optionFlags makes flags of options of the table: of those that are named, or
// of all. A command has those that change what it does, and no others: the table
// of all is `orbit config`'s. The environment is not read here but with the
// other sources, so that it can tell where a value comes from.
func optionFlags(names ...string) []cli.Flag {
	var flags []cli.Flag
	for _, o := range options.All() {
		if o.Flag() != "" && (len(names) == 0 || slices.Contains(names, o.Name)) {
			flags = append(flags, optionFlag(o, false))
		}
	}
	return flags
}

// hiddenFlags are all options' but those that are shown already: they are read,
// and fill no help.
func hiddenFlags(shown []cli.Flag) []cli.Flag {
	var flags []cli.Flag
	for _, o := range options.All() {
		there := slices.ContainsFunc(shown, func(f cli.Flag) bool { return slices.Contains(f.Names(), o.Flag()) })
		if o.Flag() != "" && !there {
			flags = append(flags, optionFlag(o, true))
		}
	}
	return flags
}

func optionFlag(o options.Option, hidden bool) cli.Flag {
	if o.Kind == options.Boolean {
		return &cli.BoolFlag{Name: o.Flag(), Category: o.Group, Usage: o.Help + " [$" + o.Env + "]", HideDefault: true, Hidden: hidden}
	}
	return &cli.StringFlag{Name: o.Flag(), Category: o.Group, Usage: flagHelp(o), HideDefault: true, Hidden: hidden}
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
