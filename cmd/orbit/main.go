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
	"slices"
	"strings"
	"syscall"

	"github.com/urfave/cli/v3"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // who asks a second time does not wait
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
		// The exit code is ours to choose: only main exits.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
	}
	tellUsage(app)
	var noHelp error // orbit help FOO
	app.CommandNotFound = func(_ context.Context, cmd *cli.Command, name string) { noHelp = unknownCommand(cmd, name) }
	err := app.Run(ctx, args)
	if err == nil {
		err = noHelp
	}
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

// The headings of the commands. The library sorts them.
const (
	onTheMac   = "On a Mac, day and night"
	beforehand = "To prepare the rollout, on any computer"
	ofLaunchd  = "What launchd runs"
)

// commands is every command of the program.
func commands(getenv func(string) string) []*cli.Command {
	return slices.Concat(
		under(onTheMac, statusCommand(getenv), doctorCommand(getenv), logsCommand(getenv), configCommand(getenv),
			pauseCommand(getenv), unpauseCommand(getenv), uninstallCommand(getenv), versionCommand()),
		under(beforehand, packageCommand(getenv), previewCommand(), lintTextCommand(getenv), simulateCommand(getenv)),
		under(ofLaunchd, runCommand(getenv)),
	)
}

// headed is how the library shows the heading in a command's own help, where it
// says nothing.
const headed = `{{if .Category}}

CATEGORY:
   {{.Category}}{{end}}`

func under(category string, commands ...*cli.Command) []*cli.Command {
	for _, c := range commands {
		help := cli.CommandHelpTemplate
		if len(c.Commands) > 0 {
			help = cli.SubcommandHelpTemplate
		}
		c.Category, c.CustomHelpTemplate = category, strings.Replace(help, headed, "", 1)
	}
	return commands
}

func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "dev" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}
