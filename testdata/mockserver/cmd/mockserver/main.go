// Command mockserver is the companion server for people: it serves, acts on
// hosts as an admin or Apple would, and applies settings from YAML.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program; it returns the exit code. Ending ctx ends a server.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	app := &cli.Command{
		Name:      "mockserver",
		Usage:     "the server side of a migration to Fleet, for demos and tests",
		Writer:    stdout,
		ErrWriter: stderr,
		Commands:  []*cli.Command{serveCommand(), hostCommand(), applyCommand(), getCommand()},
		// The exit code is ours to choose: only main exits.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
	}
	tellUsage(app)
	if err := app.Run(ctx, args); err != nil {
		fmt.Fprintln(stderr, "mockserver:", err)
		return 1
	}
	return 0
}

// tellUsage makes a command line that can't be read one line, for every
// command: the library asks each for itself, and else prints its whole help.
func tellUsage(cmd *cli.Command) {
	cmd.OnUsageError = func(_ context.Context, cmd *cli.Command, err error, _ bool) error {
		return fmt.Errorf("%w; see %s --help", err, cmd.FullName())
	}
	if cmd.Action == nil {
		cmd.Action = noCommand
	}
	for _, sub := range cmd.Commands {
		tellUsage(sub)
	}
}

// noCommand is what a group of commands does without one, or with one that is none.
func noCommand(_ context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return fmt.Errorf("there is no command %q; see %s --help", cmd.Args().First(), cmd.FullName())
	}
	return cli.ShowSubcommandHelp(cmd)
}
