package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v3"

	"fleetmigrate/testdata/mockserver"
	"fleetmigrate/testdata/mockserver/pages"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "run the server; the first line on standard output is `listening on URL`",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Usage: "address to listen on; port 0 takes a free one"},
			&cli.StringFlag{Name: "server-url", Usage: "`URL` under which hosts reach the server; default is the address listened on"},
			&cli.StringFlag{Name: "license", Value: "premium", Usage: "premium or free"},
			&cli.StringFlag{Name: "admin-token", Usage: "API token of an admin", Sources: cli.EnvVars("MOCKSERVER_ADMIN_TOKEN")},
			&cli.StringFlag{Name: "gitops-token", Usage: "API token that may only write settings", Sources: cli.EnvVars("MOCKSERVER_GITOPS_TOKEN")},
			&cli.StringFlag{Name: "observer-token", Usage: "API token that may only read", Sources: cli.EnvVars("MOCKSERVER_OBSERVER_TOKEN")},
			&cli.StringFlag{Name: "enroll-secret", Usage: "secret that agents enroll with", Sources: cli.EnvVars("MOCKSERVER_ENROLL_SECRET")},
			&cli.StringFlag{Name: "org-name", Value: "Fleet", Usage: "organization name of a new server"},
			&cli.StringFlag{Name: "state", Usage: "`FILE` that keeps everything over a restart, with FILE.log and FILE.lock beside it; without it memory only"},
			&cli.BoolFlag{Name: "mdm-off", Usage: "Apple MDM is not turned on"},
			&cli.BoolFlag{Name: "no-abm", Usage: "Apple Business Manager is not connected"},
			&cli.StringFlag{Name: "failure-limit", Value: "quota", Usage: "quota (Fleet 4.57), ban (2026) or off: what happens to an address that fails to authenticate"},
			&cli.BoolFlag{Name: "debug-errors", Usage: "agents may report errors"},
			&cli.BoolFlag{Name: "control", Usage: "faults on demand at /control, for callers on this machine; only with a loopback address"},
			&cli.Uint64Flag{Name: "seed", Usage: "of random faults that name no seed"},
			&cli.BoolFlag{Name: "tls", Usage: "HTTPS with a CA of its own; the second line says where its certificate is"},
			&cli.StringFlag{Name: "tls-dir", Usage: "`FOLDER` that keeps the CA; default beside --state, else a temporary one that ends with the server"},
			&cli.BoolFlag{Name: "log", Usage: "one JSON line per request on standard error"},
		},
		Action: serve,
	}
}

func serve(ctx context.Context, cmd *cli.Command) error {
	if err := noArguments(cmd); err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(cmd.String("listen"))
	if err != nil {
		return fmt.Errorf("--listen is %q: want ADDRESS:PORT, such as 127.0.0.1:8080", cmd.String("listen"))
	}
	if cmd.Bool("control") && !isLoopback(host) {
		return fmt.Errorf("--control lets anybody who reaches the server break it: use it only with a loopback --listen, such as 127.0.0.1:8080, not %q", cmd.String("listen"))
	}
	public, err := publicAddress(cmd.String("server-url"))
	if err != nil {
		return err
	}
	unlock, err := lockState(cmd.String("state"))
	if err != nil {
		return err
	}
	defer unlock()
	ln, err := net.Listen("tcp", cmd.String("listen"))
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	defer ln.Close() // serving closes it too; a second time does no harm
	scratch, err := os.MkdirTemp("", "mockserver-")
	if err != nil {
		return fmt.Errorf("making a folder for what ends with the server: %w", err)
	}
	defer os.RemoveAll(scratch)
	scheme, hint := "http", ""
	if cmd.Bool("tls") {
		if ln, hint, err = secure(ln, authorityFolder(cmd, scratch), host, public.Hostname()); err != nil {
			return err
		}
		scheme = "https"
	}
	address := scheme + "://" + ln.Addr().String()
	handler, err := newServer(cmd, cmp.Or(public.String(), address), filepath.Join(scratch, "pages"))
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(cmd.Root().Writer, "listening on ", address, "\n", hint); err != nil {
		return fmt.Errorf("saying where the server listens: %w", err)
	}
	tellMissing(cmd, host)
	return serveUntil(ctx, ln, handler, errorLog(cmd.Root().ErrWriter, cmd.Bool("log")))
}

// tellMissing names what a server does without because nobody gave it. host is the one it listens on.
func tellMissing(cmd *cli.Command, host string) {
	missing := [][2]string{{"admin-token", "nobody can log in to change anything"}, {"enroll-secret", "no agent can enroll"}}
	if everywhere(host) {
		missing = append(missing, [2]string{"server-url", "hosts are told the address above, which is good on this machine only"})
	}
	for _, m := range missing {
		if cmd.String(m[0]) == "" {
			fmt.Fprintf(cmd.Root().ErrWriter, "mockserver: there is no --%s: %s\n", m[0], m[1])
		}
	}
}

// newServer keeps what its pages draw with in the folder pictures.
func newServer(cmd *cli.Command, serverURL, pictures string) (*mockserver.Server, error) {
	cfg := mockserver.Config{
		License: mockserver.License(cmd.String("license")), AdminToken: cmd.String("admin-token"),
		GitOpsToken: cmd.String("gitops-token"), ObserverToken: cmd.String("observer-token"),
		EnrollSecret: cmd.String("enroll-secret"), OrgName: cmd.String("org-name"), ServerURL: serverURL,
		StateFile: cmd.String("state"), MDMOff: cmd.Bool("mdm-off"), ABMDisconnected: cmd.Bool("no-abm"),
		FailureLimit: mockserver.FailureLimit(cmd.String("failure-limit")), DebugErrors: cmd.Bool("debug-errors"),
		Control: cmd.Bool("control"), Seed: cmd.Uint64("seed"),
		Pages: func(api http.Handler) (http.Handler, error) { return pages.New(api, pictures) },
	}
	if cmd.Bool("log") {
		cfg.Log = cmd.Root().ErrWriter
	}
	return mockserver.New(cfg)
}

// serveUntil serves until ctx ends and then lets what is under way finish, for two seconds at most.
func serveUntil(ctx context.Context, ln net.Listener, handler http.Handler, errs *log.Logger) error {
	srv := &http.Server{Handler: handler, ErrorLog: errs, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
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
