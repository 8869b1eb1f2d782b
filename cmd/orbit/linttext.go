package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/prompt"
)

func lintTextCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:      "lint-text",
		Usage:     "check your own texts of the dialogs for what a person would not see as you wrote it",
		ArgsUsage: "[FILE...]",
		Description: "A file is JSON, or a property list or profile with the key Texts. Without a file\n" +
			"the texts in force on this Mac are checked. It ends with 1 if something is wrong.\n\n" +
			"Examples:\n" +
			"  orbit lint-text --print de > texts.json       the built-in German texts, to begin with\n" +
			"  orbit lint-text texts.json                    before you put them into a profile\n" +
			"  orbit preview --html review --texts texts.json  and look at them",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "print", Usage: "print the built-in texts of a `LANGUAGE` as JSON"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		},
		Action: func(_ context.Context, cmd *cli.Command) error {
			if lang := cmd.String("print"); lang != "" {
				return printTexts(cmd.Root().Writer, lang)
			}
			return lintTexts(cmd, getenv)
		},
	}
}

func printTexts(w io.Writer, lang string) error {
	if !slices.Contains(prompt.Languages, lang) {
		return usageError{fmt.Errorf("there is no language %q; use one of %s", lang, strings.Join(prompt.Languages, ", "))}
	}
	return writeJSON(w, map[string]map[string]string{lang: prompt.Texts(lang)})
}

// linted is one finding and the file it is in.
type linted struct {
	File     string `json:"file"`
	Language string `json:"language"`
	ID       string `json:"id,omitempty"`
	Rule     string `json:"rule"`
	Problem  string `json:"problem"`
}

func lintTexts(cmd *cli.Command, getenv func(string) string) error {
	found, checked, err := lintAll(cmd, getenv)
	if err != nil {
		return err
	}
	w := cmd.Root().Writer
	if cmd.Bool("json") {
		err = writeJSON(w, append([]linted{}, found...))
	} else {
		err = printLinted(w, found, checked)
	}
	if err == nil && len(found) > 0 {
		return exitCode(1)
	}
	return err
}

func printLinted(w io.Writer, found []linted, checked int) error {
	for _, f := range found {
		fmt.Fprintf(w, "%s: %s %s: %s (%s)\n", f.File, f.Language, f.ID, f.Problem, f.Rule)
	}
	_, err := fmt.Fprintf(w, "%d texts checked, %d to mend\n", checked, len(found))
	return err
}

// lintAll checks every file, or what is in force on this Mac.
func lintAll(cmd *cli.Command, getenv func(string) string) (found []linted, checked int, err error) {
	all := map[string]map[string]map[string]string{}
	for _, file := range cmd.Args().Slice() {
		if all[file], err = readTexts(file); err != nil {
			return nil, 0, err
		}
	}
	if len(all) == 0 {
		s, err := sources(cmd, getenv)
		if err != nil {
			return nil, 0, err
		}
		all["this Mac"] = s.Load().Config.Policy.Texts
	}
	for file, texts := range all {
		for _, byID := range texts {
			checked += len(byID)
		}
		for _, f := range prompt.Lint(texts) {
			found = append(found, linted{file, f.Language, f.ID, f.Rule, f.Problem})
		}
	}
	slices.SortStableFunc(found, func(a, b linted) int { return strings.Compare(a.File, b.File) })
	return found, checked, nil
}
