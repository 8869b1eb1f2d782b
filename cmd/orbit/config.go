package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/options"
)

func configCommand(getenv func(string) string) *cli.Command {
	shown := append([]cli.Flag{
		&cli.BoolFlag{Name: "effective", Usage: "print values and their sources"},
		&cli.BoolFlag{Name: "json", Usage: "print JSON"},
	}, optionFlags("root-dir", "host-root")...)
	return &cli.Command{
		Name:  "config",
		Usage: "list the options, or with --effective their values and where they come from",
		Description: "An option is set by a flag, else by the environment, else by a profile (managed\n" +
			"preferences), else by what a profile said before it was removed, else by a file\n" +
			"that the package left, else it has its default. Secrets are masked.\n\n" +
			"Run it with sudo: only root can read what is kept of profiles, and the secret.\n" +
			"Any option may be given as a flag, to see what it would come to.\n\n" +
			"Examples:\n" +
			"  orbit config                      every option, with its names and default\n" +
			"  sudo orbit config --effective     what is in force on this Mac, and why\n" +
			"  orbit config --effective --json   the same for a program\n" +
			"  orbit config --effective --forced-interval 30m   is that a good value?",
		Flags: append(shown, hiddenFlags(shown)...),
		Action: func(_ context.Context, cmd *cli.Command) error {
			if err := noArguments(cmd); err != nil {
				return err
			}
			s, err := sources(cmd, getenv)
			if err != nil {
				return err
			}
			if !cmd.Bool("effective") {
				return printOptions(cmd.Root().Writer, cmd.Bool("json"))
			}
			return printEffective(cmd.Root().Writer, s.Load(), cmd.Bool("json"))
		},
	}
}

// effective is one line of `orbit config --effective --json`.
type effective struct {
	Option string         `json:"option"`
	Value  string         `json:"value"`
	Source options.Source `json:"source"`
	Where  string         `json:"where,omitempty"`
}

func printEffective(w io.Writer, r options.Resolved, asJSON bool) error {
	var all []effective
	for _, v := range r.Values {
		all = append(all, effective{v.Option.Name, v.Shown(), v.Source, v.Where})
	}
	if asJSON {
		return writeJSON(w, map[string]any{"options": all, "problems": append([]options.Problem{}, r.Problems...)})
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "OPTION\tVALUE\tFROM")
	for _, e := range all {
		from := string(e.Source)
		if e.Where != "" {
			from += ": " + e.Where
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", e.Option, plain(e.Value), plain(from))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(table, "\nproblem: %s\n", plain(p.Error()))
	}
	return table.Flush()
}

// listed is one line of `orbit config --json`.
type listed struct {
	Name    string       `json:"name"`
	Group   string       `json:"group"`
	Env     string       `json:"env"`
	Domain  string       `json:"domain,omitempty"`
	Key     string       `json:"key,omitempty"`
	Kind    options.Kind `json:"kind"`
	Choices []string     `json:"choices,omitempty"`
	Default string       `json:"default,omitempty"`
	Help    string       `json:"help"`
}

func printOptions(w io.Writer, asJSON bool) error {
	if asJSON {
		var all []listed
		for _, o := range options.All() {
			all = append(all, listed{o.Name, o.Group, o.Env, o.Domain, o.Key, o.Kind, o.Choices, o.Default, o.Help})
		}
		return writeJSON(w, all)
	}
	group := ""
	for _, o := range options.All() {
		if o.Group != group {
			group = o.Group
			fmt.Fprintf(w, "\n%s\n\n", strings.ToUpper(group))
		}
		fmt.Fprintf(w, "%s (%s)\n    %s\n    environment %s", o.Name, o.Kind, o.Help, o.Env)
		if o.Managed() {
			fmt.Fprintf(w, ", key %s in %s", o.Key, o.Domain)
		}
		if o.Default != "" {
			fmt.Fprintf(w, ", default %s", o.Default)
		}
		fmt.Fprintln(w)
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
