// Command oldmdm is the MDM that a Mac leaves. Its first line on standard
// output is `listening on URL`; that URL is the webhook.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/testdata/oldmdm"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cfg oldmdm.Config
	flags := flag.NewFlagSet("oldmdm", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:0", "address to listen on")
	mac := flags.String("mac", "", "file that stands for the Mac; required")
	flags.IntVar(&cfg.Status, "status", http.StatusAccepted, "status of the answer")
	flags.DurationVar(&cfg.Delay, "delay", 0, "how long the Mac stays enrolled after the answer")
	flags.BoolVar(&cfg.Never, "never", false, "answer, and never let the Mac go")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *mac == "" || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "oldmdm: --mac FILE is required, and nothing else is an argument")
		return 2
	}
	if err := serve(ctx, *listen, oldmdm.New(*mac, cfg, zerolog.New(stderr)), stdout); err != nil {
		fmt.Fprintln(stderr, "oldmdm:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, addr string, receiver *oldmdm.Receiver, stdout io.Writer) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	defer receiver.Close()
	srv := &http.Server{Handler: receiver, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { srv.Close() })
	defer stop()
	fmt.Fprintf(stdout, "listening on http://%s\n", ln.Addr())
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}
