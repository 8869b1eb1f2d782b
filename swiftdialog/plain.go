package swiftdialog

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Plain shows the system's own plain dialog with the same texts and endings,
// for a Mac on which swiftDialog can't run.
type Plain struct{ osascript string }

// NewPlain names the osascript binary.
func NewPlain(osascript string) *Plain { return &Plain{osascript} }

// plainScript is JavaScript for Automation. It reads what to say from a file:
// no text is ever part of a script or an argument list.
//
//go:embed plain.js
var plainScript []byte

// Show opens a plain dialog. It has no progress bar, banner or logo; updates
// to it go nowhere.
func (p *Plain) Show(ctx context.Context, o Options) (*PlainDialog, error) {
	if _, err := os.Stat(p.osascript); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w, and neither is %s", ErrMissing, p.osascript)
	}
	dir, err := os.MkdirTemp("", "fleet-migrate-plain-")
	if err != nil {
		return nil, fmt.Errorf("making the dialog's folder: %w", err)
	}
	d := &PlainDialog{options: o, dir: dir, stdout: &capped{}, done: make(chan struct{})}
	if err := d.start(ctx, p.osascript); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return d, nil
}

// PlainDialog is one open plain dialog.
type PlainDialog struct {
	options Options
	dir     string
	cmd     *exec.Cmd
	cancel  context.CancelFunc
	stdout  *capped
	done    chan struct{}
	result  Result
}

func (d *PlainDialog) start(ctx context.Context, osascript string) error {
	say, err := json.Marshal(d.options.plain())
	script, text := filepath.Join(d.dir, "plain.js"), filepath.Join(d.dir, "say.json")
	err = errors.Join(err, os.WriteFile(script, plainScript, 0o600), os.WriteFile(text, say, 0o600))
	if err != nil {
		return fmt.Errorf("writing the dialog's files: %w", err)
	}
	ctx, d.cancel = context.WithCancel(ctx)
	d.cmd = exec.CommandContext(ctx, osascript, "-l", "JavaScript", script, text)
	d.cmd.Cancel = func() error { return d.cmd.Process.Signal(syscall.SIGTERM) }
	d.cmd.WaitDelay = 2 * leaving // then it is killed
	d.cmd.Env = environment()
	d.cmd.Stdout = d.stdout
	d.result.Opened = time.Now()
	if err := d.cmd.Start(); err != nil {
		return fmt.Errorf("starting the plain dialog: %w", err)
	}
	go d.wait()
	return nil
}

func (d *PlainDialog) wait() {
	defer close(d.done)
	defer os.RemoveAll(d.dir)
	defer d.cancel()
	_ = d.cmd.Wait()
	d.result.Closed, d.result.Code = time.Now(), d.cmd.ProcessState.ExitCode()
	d.result.Ending = d.pressed()
}

// pressed is the button that the script names. Only a named button 1 is consent.
func (d *PlainDialog) pressed() Ending {
	var answer struct{ Button string }
	status, _ := d.cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case status.Signaled():
		e, detail := bySignal(status.Signal())
		d.result.Signal, d.result.Detail = status.Signal().String(), detail
		return e
	case d.result.Code != 0 || json.Unmarshal(d.stdout.Bytes(), &answer) != nil:
		d.result.Detail = fmt.Sprintf("osascript ended with %d", d.result.Code)
		return Broken
	}
	if e, ok := map[string]Ending{"1": Agreed, "2": Later, "info": Help}[answer.Button]; ok {
		return e
	}
	return Dismissed
}

// Update does nothing: a plain dialog can't be changed.
func (d *PlainDialog) Update(Update) error { return nil }

// Stop asks the dialog to go and returns at once.
func (d *PlainDialog) Stop() { d.cancel() }

// Wait returns when the dialog has gone.
func (d *PlainDialog) Wait() Result {
	<-d.done
	return d.result
}

// plainText is what the script reads.
type plainText struct {
	Title   string        `json:"title"`
	Text    string        `json:"text"`
	Buttons []plainButton `json:"buttons"` // right to left
	Default int           `json:"default"` // which one Return presses; -1: none
	Cancel  int           `json:"cancel"`  // which one Escape presses; -1: none
}

// plainButton is a label and what pressing it means.
type plainButton struct {
	Label string `json:"label"`
	Means string `json:"means"` // "1", "2" or "info"
}

// plain keeps the words. Where button 1 is guarded, Return presses none: the
// system's dialog can't disable a button for a while.
func (o Options) plain() plainText {
	title, text := plainWords(o)
	p := plainText{Title: title, Text: text, Buttons: []plainButton{}, Default: -1, Cancel: -1}
	for _, b := range []plainButton{{o.Button1, "1"}, {o.Button2, "2"}, {o.InfoButton, "info"}} {
		b.Label = Text(b.Label, maxButton)
		if b.Label == "" {
			continue
		}
		for slices.ContainsFunc(p.Buttons, func(other plainButton) bool { return other.Label == b.Label }) {
			b.Label += "\u200a" // the system tells which button was pressed by its label only
		}
		if b.Means == "2" {
			p.Cancel = len(p.Buttons)
		}
		if b.Means == "1" && o.Guard == 0 {
			p.Default = len(p.Buttons)
		}
		p.Buttons = append(p.Buttons, b)
	}
	return p
}

var marks = strings.NewReplacer("**", "", "`", "", `\\`, `\`, `\`, "")

// plainWords takes the Markdown away. The heading becomes the title.
func plainWords(o Options) (title, text string) {
	var lines []string
	for _, line := range strings.Split(Text(o.Message, maxMessage), "\n") {
		if heading, ok := strings.CutPrefix(line, "## "); ok && title == "" {
			title = heading
			continue
		}
		lines = append(lines, line)
	}
	return marks.Replace(title), strings.TrimSpace(marks.Replace(strings.Join(lines, "\n")))
}
