package swiftdialog

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Config is how to run swiftDialog. Only Path is required.
type Config struct {
	Path        string        // the Dialog binary inside its bundle; the app itself, not its launcher
	MacOS       string        // "15.1"; "" does not check what the version needs
	StartWithin time.Duration // for the window to appear; default 10 s
	QuitGrace   time.Duration // after each step of stopping; default 1 s; less when the agent itself has to go
}

// Runner opens windows, each in a process of its own.
type Runner struct{ cfg Config }

// New gives a runner; it looks at nothing before Check or Show.
func New(cfg Config) *Runner {
	if cfg.StartWithin <= 0 {
		cfg.StartWithin = 10 * time.Second
	}
	if cfg.QuitGrace <= 0 {
		cfg.QuitGrace = time.Second
	}
	return &Runner{cfg}
}

// Dialog is one open window.
type Dialog struct {
	cfg     Config
	version Version
	dir     string
	unread  os.FileInfo // the command file before swiftDialog took it
	took    bool        // it did
	cmd     *exec.Cmd
	stdout  *capped
	updates chan string
	stop    chan string // why
	once    sync.Once
	done    chan struct{}
	result  Result
}

// Show opens a window. It goes with ctx. An error means that none opened.
func (r *Runner) Show(ctx context.Context, o Options) (*Dialog, error) {
	version, err := r.Check()
	if err != nil {
		return nil, err
	}
	d := &Dialog{cfg: r.cfg, version: version, stdout: &capped{}, updates: make(chan string, 16), stop: make(chan string, 1), done: make(chan struct{})}
	if err := d.prepare(o); err != nil {
		return nil, err
	}
	if err := d.start(); err != nil {
		os.RemoveAll(d.dir)
		return nil, err
	}
	exited := make(chan struct{})
	go func() {
		_ = d.cmd.Wait()          // its state says all
		d.signal(syscall.SIGKILL) // and what it started goes with it
		close(exited)
	}()
	go d.own(ctx, exited, o)
	return d, nil
}

// prepare writes the files of this window into a folder of its own, which only
// this user can enter. It lies in the temporary folder, because swiftDialog
// can't watch a command file whose path has a space, and "Application Support"
// has one.
func (d *Dialog) prepare(o Options) (err error) {
	if d.dir, err = os.MkdirTemp("", folder+strconv.Itoa(os.Getpid())+"-"); err != nil {
		return fmt.Errorf("making the dialog's folder: %w", err)
	}
	data, err := o.JSON(d.version)
	if err == nil {
		err = os.WriteFile(d.options(), data, 0o600)
	}
	if err == nil {
		err = os.WriteFile(d.commands(), []byte(unread), 0o600)
	}
	if err == nil {
		d.unread, err = os.Stat(d.commands())
	}
	if err != nil {
		os.RemoveAll(d.dir)
		return fmt.Errorf("writing the dialog's files: %w", err)
	}
	return nil
}

func (d *Dialog) options() string  { return filepath.Join(d.dir, "options.json") }
func (d *Dialog) commands() string { return filepath.Join(d.dir, commandFile) }

const commandFile = "commands"

// start runs the app. The arguments hold no text of anybody's; value flags
// stand alone, in the order that 3.x needs. --pid ends the window with this
// process, where the version knows it.
func (d *Dialog) start() error {
	d.cmd = exec.Command(d.cfg.Path, "--jsonfile", d.options(), "--commandfile", d.commands(), "--pid", strconv.Itoa(os.Getpid()))
	d.cmd.Env = environment()
	d.cmd.Stdout = d.stdout
	d.cmd.WaitDelay = time.Second
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	d.result.Opened = time.Now()
	if err := d.cmd.Start(); err != nil {
		return fmt.Errorf("starting swiftDialog: %w", err)
	}
	return nil
}

// environment is the least that an app needs: swiftDialog puts any variable
// into a text that names it.
func environment() []string {
	env := []string{"PATH=/usr/bin:/bin:/usr/sbin:/sbin"}
	for _, name := range []string{"HOME", "USER", "LANG", "TMPDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// Stop asks the window to go and returns at once.
func (d *Dialog) Stop() { d.end("stopped by the agent") }

func (d *Dialog) end(why string) { d.once.Do(func() { d.stop <- why }) }

// Done is closed when the window has gone.
func (d *Dialog) Done() <-chan struct{} { return d.done }

// Wait returns when the window has gone.
func (d *Dialog) Wait() Result {
	<-d.done
	return d.result
}

// capped keeps what swiftDialog prints, and nothing once that is more than 64 KiB:
// the beginning alone would prove nothing.
type capped struct {
	bytes.Buffer
	over bool
}

const maxOutput = 64 << 10

func (c *capped) Write(p []byte) (int, error) {
	if c.over = c.over || c.Len()+len(p) > maxOutput; c.over {
		c.Reset()
		return len(p), nil
	}
	return c.Buffer.Write(p)
}
