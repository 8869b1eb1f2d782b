package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"

	"fleetmigrate/testdata/mockserver/spec"
)

const configPath = "/api/latest/fleet/config"

// maxSpec bounds a settings file.
const maxSpec = 8 << 20

func applyCommand() *cli.Command {
	return &cli.Command{
		Name:  "apply",
		Usage: "apply settings from YAML, of `kind: config` or a GitOps file",
		Flags: clientFlags(
			&cli.StringFlag{Name: "file", Aliases: []string{"f"}, Usage: "YAML `FILE` to apply", Required: true},
			&cli.BoolFlag{Name: "dry-run", Usage: "check everything, change nothing"},
			&cli.BoolFlag{Name: "force", Usage: "passed on to the server"},
		),
		Action: apply,
	}
}

func apply(ctx context.Context, cmd *cli.Command) error {
	if err := noArguments(cmd); err != nil {
		return err
	}
	c, err := newClient(cmd)
	if err != nil {
		return err
	}
	name := cmd.String("file")
	raw, err := readSpec(name)
	if err != nil {
		return err
	}
	wanted, err := spec.Read(name, raw)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("%s?dry_run=%t&force=%t&overwrite=%t", configPath, cmd.Bool("dry-run"), cmd.Bool("force"), wanted.GitOps)
	if _, err := c.call(ctx, "PATCH", path, wanted.Body); err != nil {
		return located(wanted, err)
	}
	text := "[+] applied fleet config"
	if cmd.Bool("dry-run") {
		text = "[+] would've applied fleet config"
	}
	_, err = fmt.Fprintln(cmd.Root().Writer, text)
	return err
}

func readSpec(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("reading settings: %w", err)
	}
	if info.Size() > maxSpec {
		return nil, fmt.Errorf("reading settings: %s is larger than %d bytes", name, maxSpec)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading settings: %w", err)
	}
	return raw, nil
}

// located puts file, line and column before what the server says of a field.
func located(wanted spec.Spec, err error) error {
	var refused *serverError
	if !errors.As(err, &refused) {
		return err
	}
	var lines []error
	for _, f := range refused.Errors {
		if at := wanted.Place(f.Name); at != "" {
			lines = append(lines, fmt.Errorf("%s: %s: %s", at, f.Name, f.Reason))
		}
	}
	return errors.Join(append(lines, err)...)
}

func getCommand() *cli.Command {
	return &cli.Command{
		Name:  "get",
		Usage: "print what the server has",
		Commands: []*cli.Command{{
			Name: "config", Usage: "print the settings as YAML that apply takes",
			Flags: clientFlags(), Action: getConfig,
		}},
	}
}

// serverOnly are members of the settings that apply can't take back.
var serverOnly = []string{"update_interval", "vulnerabilities", "license", "logging"}

func getConfig(ctx context.Context, cmd *cli.Command) error {
	if err := noArguments(cmd); err != nil {
		return err
	}
	c, err := newClient(cmd)
	if err != nil {
		return err
	}
	raw, err := c.call(ctx, "GET", configPath, nil)
	if err != nil {
		return err
	}
	var settings map[string]json.RawMessage
	if err := json.Unmarshal(raw, &settings); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	for _, key := range serverOnly {
		delete(settings, key)
	}
	encoded, err := json.Marshal(settings)
	if err != nil {
		return fmt.Errorf("encoding the settings: %w", err)
	}
	text, err := spec.Write(encoded)
	if err != nil {
		return err
	}
	_, err = cmd.Root().Writer.Write(text)
	return err
}
