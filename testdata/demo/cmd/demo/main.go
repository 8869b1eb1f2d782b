// Command demo shows one Mac migrating to Fleet: a companion server, an old
// MDM, the real Fleet Desktop, and one page on which everything can be seen
// and clicked. With --auto it plays the whole story by itself.
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
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"fleetmigrate/testdata/demo/page"
	"fleetmigrate/testdata/demo/stack"
	"fleetmigrate/testdata/demo/story"
)

func main() {
	// Whatever ends it, a closed terminal or a `| head` too, it leaves nothing behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// storyTime bounds the story that plays by itself.
const storyTime = time.Minute

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	auto := flags.Bool("auto", false, "play the whole story by itself and say how it went")
	listen := flags.String("listen", "127.0.0.1:0", "address of the page")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "demo: one Mac migrates to Fleet, on one page. Usage: make demo [ARGS=\"--auto --listen ADDRESS:PORT\"]")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "demo: unexpected argument %q; see --help\n", flags.Arg(0))
		return 2
	}
	if err := demo(ctx, *auto, *listen, stdout); err != nil {
		fmt.Fprintln(stderr, "demo:", err)
		return 1
	}
	return 0
}

func demo(ctx context.Context, auto bool, listen string, stdout io.Writer) (err error) {
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listening for the page: %w", err)
	}
	defer ln.Close()
	bin := filepath.Join(stack.Root(), "build", "demo")
	fmt.Fprintln(stdout, "building …")
	if err := stack.Build(ctx, stack.Root(), bin); err != nil {
		return err
	}
	s, err := stack.Start(ctx, bin, options(auto))
	if err != nil {
		return err
	}
	defer s.Close()
	serve(ctx, ln, page.New(s))
	fmt.Fprintf(stdout, "the page: http://%s/\n", ln.Addr())
	if !auto {
		fmt.Fprintln(stdout, "press Ctrl-C to end the demo")
		<-ctx.Done()
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, storyTime, fmt.Errorf("it did not happen within %s", storyTime))
	defer cancel()
	if err := story.Play(ctx, s, stdout); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "one Mac migrated to Fleet")
	return nil
}

// options are those of a person who watches: short intervals. On macOS the
// real menu bar and, where it is installed, the real swiftDialog are used; a
// story that plays by itself can press neither.
func options(auto bool) stack.Options {
	o := stack.Options{Poll: time.Second, Forced: 20 * time.Second, Gap: 20 * time.Second, OldMDM: []string{"--delay", "3s"}}
	if auto {
		o.Forced = 8 * time.Second
		return o
	}
	const installed = "/Library/Application Support/Dialog/Dialog.app/Contents/MacOS/Dialog"
	if runtime.GOOS == "darwin" {
		o.RealTray = true
		if _, err := os.Stat(installed); err == nil {
			o.RealDialog = installed
		}
	}
	return o
}

func serve(ctx context.Context, ln net.Listener, handler http.Handler) {
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	context.AfterFunc(ctx, func() { srv.Close() })
	go func() { _ = srv.Serve(ln) }() // it ends with ctx
}
