// Command fleetd stands in for Fleet's own agent, without its desktop. The
// enroll secret comes from FLEETD_ENROLL_SECRET.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/testdata/oldmdm/fleetd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stderr io.Writer) int {
	cfg := fleetd.Config{Secret: os.Getenv("FLEETD_ENROLL_SECRET")}
	flags := flag.NewFlagSet("fleetd", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&cfg.Server, "server", "", "URL of the Fleet server")
	flags.StringVar(&cfg.Mac, "mac", "", "file that stands for the Mac")
	flags.StringVar(&cfg.Identifier, "identifier", "", "file that gets the device token")
	flags.DurationVar(&cfg.Interval, "interval", 10*time.Second, "between two reads of the server's queries")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if cfg.Server == "" || cfg.Mac == "" || cfg.Identifier == "" || cfg.Interval <= 0 {
		fmt.Fprintln(stderr, "fleetd: --server, --mac and --identifier are required, and --interval is more than 0")
		return 2
	}
	if err := fleetd.New(cfg, zerolog.New(stderr)).Run(ctx); err != nil {
		fmt.Fprintln(stderr, "fleetd:", err)
		return 1
	}
	return 0
}
