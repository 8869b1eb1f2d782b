// Command orbit is the root daemon of the migration, and the admin's tool: it
// brings a Mac from "the old MDM installed the package" to "enrolled in Fleet",
// and says at any time why something does or does not happen.
//
// It is a thin shell: what decides anything is in package agent/daemon. Here is
// one file per command, and their wiring.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/urfave/cli/v3"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// exitCode ends the program with this code, without a further word.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run is the program; it returns the exit code: 0, 1 for a failure, 2 for a
// command line that can't be read.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	app := &cli.Command{
		Name:  "orbit",
		Usage: "moves this Mac to Fleet's MDM, and says what it is doing",
		Description: "Run `orbit status` to see why this Mac is or is not prompted, and `orbit doctor`\n" +
			"to see what is wrong and how to mend it.",
		Version:               buildVersion(),
		Writer:                stdout,
		ErrWriter:             stderr,
		Commands:              commands(getenv),
		Action:                noCommand,
		EnableShellCompletion: true,
		Suggest:               true,
		// The exit code is ours to choose: only main exits.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
	}
	tellUsage(app)
	err := app.Run(ctx, args)
	var code exitCode
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "orbit:", err)
		return 2
	}
	fmt.Fprintln(stderr, "orbit:", err)
	return 1
}

// noCommand is what happens without a command, or with one that is none.
func noCommand(_ context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return usageError{fmt.Errorf("there is no command %q; see orbit --help", cmd.Args().First())}
	}
	return cli.ShowRootCommandHelp(cmd)
}

// usageError is a command line that can't be read.
type usageError struct{ error }

// tellUsage makes a flag that can't be read one line and exit code 2, for every
// command: the library asks each for itself, and else prints its whole help.
func tellUsage(cmd *cli.Command) {
	cmd.OnUsageError = func(_ context.Context, cmd *cli.Command, err error, _ bool) error {
		return usageError{fmt.Errorf("%w; see %s --help", err, cmd.FullName())}
	}
	for _, sub := range cmd.Commands {
		tellUsage(sub)
	}
}

// commands is every command of the program.
func commands(getenv func(string) string) []*cli.Command {
	return []*cli.Command{
		runCommand(getenv),
		statusCommand(getenv),
		doctorCommand(getenv),
		configCommand(getenv),
		simulateCommand(getenv),
		logsCommand(getenv),
		pauseCommand(getenv),
		unpauseCommand(getenv),
		uninstallCommand(getenv),
		packageCommand(getenv),
		previewCommand(),
		lintTextCommand(getenv),
		versionCommand(),
	}
}

func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "dev" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}
