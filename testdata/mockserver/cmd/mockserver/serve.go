package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/urfave/cli/v3"

	"fleetmigrate/testdata/mockserver"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "run the server; the first line on standard output is `listening on URL`",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Usage: "address to listen on; port 0 takes a free one"},
			&cli.StringFlag{Name: "license", Value: "premium", Usage: "premium or free"},
			&cli.StringFlag{Name: "admin-token", Usage: "API token of an admin", Sources: cli.EnvVars("MOCKSERVER_ADMIN_TOKEN")},
			&cli.StringFlag{Name: "gitops-token", Usage: "API token that may only write settings", Sources: cli.EnvVars("MOCKSERVER_GITOPS_TOKEN")},
			&cli.StringFlag{Name: "observer-token", Usage: "API token that may only read", Sources: cli.EnvVars("MOCKSERVER_OBSERVER_TOKEN")},
			&cli.StringFlag{Name: "enroll-secret", Usage: "secret that agents enroll with", Sources: cli.EnvVars("MOCKSERVER_ENROLL_SECRET")},
			&cli.StringFlag{Name: "org-name", Value: "Fleet", Usage: "organization name of a new server"},
			&cli.StringFlag{Name: "state", Usage: "`FILE` that keeps everything over a restart; without it memory only"},
			&cli.BoolFlag{Name: "mdm-off", Usage: "Apple MDM is not turned on"},
			&cli.BoolFlag{Name: "no-abm", Usage: "Apple Business Manager is not connected"},
			&cli.StringFlag{Name: "failure-limit", Value: "quota", Usage: "quota (Fleet 4.57), ban (2026) or off: what happens to an address that fails to authenticate"},
			&cli.BoolFlag{Name: "debug-errors", Usage: "agents may report errors"},
			&cli.BoolFlag{Name: "control", Usage: "faults on demand at /control, for callers on this machine; only with a loopback address"},
			&cli.BoolFlag{Name: "log", Usage: "one JSON line per request on standard error"},
		},
		Action: serve,
	}
}

func serve(ctx context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return fmt.Errorf("serve takes no argument, got %q", cmd.Args().First())
	}
	ln, err := net.Listen("tcp", cmd.String("listen"))
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	url := "http://" + ln.Addr().String()
	handler, err := newServer(cmd, url)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if _, err := fmt.Fprintln(cmd.Root().Writer, "listening on", url); err != nil {
		return errors.Join(err, ln.Close())
	}
	return serveUntil(ctx, ln, handler)
}

func newServer(cmd *cli.Command, url string) (*mockserver.Server, error) {
	cfg := mockserver.Config{
		License: mockserver.License(cmd.String("license")), AdminToken: cmd.String("admin-token"),
		GitOpsToken: cmd.String("gitops-token"), ObserverToken: cmd.String("observer-token"),
		EnrollSecret: cmd.String("enroll-secret"), OrgName: cmd.String("org-name"), ServerURL: url,
		StateFile: cmd.String("state"), MDMOff: cmd.Bool("mdm-off"), ABMDisconnected: cmd.Bool("no-abm"),
		FailureLimit: mockserver.FailureLimit(cmd.String("failure-limit")), DebugErrors: cmd.Bool("debug-errors"),
		Control: cmd.Bool("control"),
	}
	if cmd.Bool("log") {
		cfg.Log = cmd.Root().ErrWriter
	}
	return mockserver.New(cfg)
}

// serveUntil serves until ctx ends and then lets what is under way finish, for two seconds at most.
func serveUntil(ctx context.Context, ln net.Listener, handler http.Handler) error {
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		return srv.Close() // something hangs: end it
	}
	return nil
}
