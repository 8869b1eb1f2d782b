// Command desktop is Fleet Desktop: it sits in the menu bar of one person's
// session, asks the Fleet server what it wants of this Mac, and leads the
// person through the migration.
//
// It is a thin shell: everything that decides anything is in package agent.
// Here are the flags and environment, the wiring, and the one file that
// touches fyne.io/systray.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// version is set by the linker.
var version = "dev"

func main() {
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// memoryLimit is a safety net, not a tuning: idle, the process needs a third of it.
const memoryLimit = 32 << 20

func run(args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	cfg, problems, err := parse(args, getenv, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "desktop:", err)
		return 2
	case cfg.ShowVersion:
		fmt.Fprintln(stdout, "Fleet Desktop", buildVersion())
		return 0
	}
	debug.SetMemoryLimit(memoryLimit)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	log, closeLog, err := openLog(cfg, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "desktop:", err)
	}
	defer closeLog()
	for _, p := range problems {
		log.Error().Err(p).Msg("configuration: the default is used")
	}
	if err := desktop(ctx, cfg, log); err != nil {
		log.Error().Err(err).Msg("stopping")
		fmt.Fprintln(stderr, "desktop:", err)
		return 1
	}
	return 0
}

func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "dev" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}
