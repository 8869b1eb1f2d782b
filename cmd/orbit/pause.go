package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v3"

	"fleetmigrate/agent"
	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/options"
)

// maxPause keeps a forgotten brake from being for ever.
const maxPause = 30 * 24 * time.Hour

func pauseCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "pause",
		Usage: "show no dialog by itself for a while: the support brake",
		Description: "The person can still start the migration from the menu bar. It ends by itself.\n\n" +
			"Examples:\n" +
			"  sudo orbit pause --for 4h --why \"board meeting\"\n" +
			"  sudo orbit unpause",
		Flags: append([]cli.Flag{
			&cli.DurationFlag{Name: "for", Value: time.Hour, Usage: "how long, at most 720h"},
			&cli.StringFlag{Name: "why", Usage: "the reason, for whoever asks orbit status"},
		}, optionFlags("root-dir")...),
		Action: func(_ context.Context, cmd *cli.Command) error {
			c, err := loaded(cmd, getenv)
			if err != nil {
				return err
			}
			length := cmd.Duration("for")
			if length < time.Minute || length > maxPause {
				return usageError{fmt.Errorf("--for is %s: it must be between 1m and %s", length, maxPause)}
			}
			now := time.Now().UTC().Truncate(time.Second)
			p := agent.Pause{Until: now.Add(length), Why: cmd.String("why")}
			if err := writePause(c, p); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.Root().Writer, "no dialog appears by itself until %s; end it with: sudo orbit unpause\n", clock(p.Until, now))
			return err
		},
	}
}

func unpauseCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:        "unpause",
		Usage:       "end the pause",
		Description: "Example:\n  sudo orbit unpause",
		Flags:       optionFlags("root-dir"),
		Action: func(_ context.Context, cmd *cli.Command) error {
			c, err := loaded(cmd, getenv)
			if err != nil {
				return err
			}
			err = os.Remove(pauseFile(c))
			switch {
			case errors.Is(err, fs.ErrNotExist):
				_, err = fmt.Fprintln(cmd.Root().Writer, "there is no pause")
				return err
			case err != nil:
				return needsRoot("ending the pause", err)
			}
			_, err = fmt.Fprintln(cmd.Root().Writer, "the pause is over; dialogs that are due appear again")
			return err
		},
	}
}

func pauseFile(c options.Config) string { return filepath.Join(c.Var(), "pause.json") }

func writePause(c options.Config, p agent.Pause) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the pause: %w", err)
	}
	if _, err := os.Stat(c.Var()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("pausing: there is no %s: the daemon has not run here; see orbit doctor", c.Var())
	}
	if err := atomicfile.Write(pauseFile(c), append(data, '\n'), 0o644); err != nil {
		return needsRoot("pausing", err)
	}
	return nil
}

const maxPauseFile = 64 << 10

// readPause is the pause that is in force; zero where there is none.
func readPause(c options.Config, now time.Time) agent.Pause {
	var p agent.Pause
	data, err := atomicfile.Read(pauseFile(c), maxPauseFile)
	if err != nil || json.Unmarshal(data, &p) != nil || !p.Until.After(now) {
		return agent.Pause{}
	}
	return p
}

func needsRoot(doing string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s: only root can do that; run it with sudo", doing)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
