package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// refused is the exit code of a stand-in that the real one would have mangled.
const refused = 97

// Transcript is what one window was told and how it ended.
type Transcript struct {
	Args     []string       `json:"args"`
	Options  map[string]any `json:"options"`
	Env      []string       `json:"env"` // names only
	UID      int            `json:"uid"`
	Commands []string       `json:"commands"`
	Ending   string         `json:"ending"`
	Refused  string         `json:"refused,omitempty"`
	Opened   time.Time      `json:"opened"`
	Closed   time.Time      `json:"closed"`
}

// window is one run of the stand-in.
type window struct {
	control  Control
	number   int
	flags    map[string]string
	stdout   io.Writer
	stderr   io.Writer
	pressed  chan string   // endings, from the script or the page
	changed  chan struct{} // a command changed what is shown
	commands chan string

	mu         sync.Mutex
	transcript Transcript
}

// Main runs the stand-in as a program.
func Main(args []string, stdout, stderr io.Writer) int {
	control, err := loadControl(args[0])
	if err != nil {
		fmt.Fprintln(stderr, err)
		return refused
	}
	w := &window{control: control, stdout: stdout, stderr: stderr, pressed: make(chan string, 4), changed: make(chan struct{}, 1), commands: make(chan string, 16)}
	w.transcript.Args, w.transcript.UID, w.transcript.Opened = args[1:], os.Getuid(), time.Now()
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		w.transcript.Env = append(w.transcript.Env, name)
	}
	w.number = w.count()
	code := w.open(args[1:])
	w.write()
	return code
}

// open checks everything and, where nothing is wrong, shows the window.
func (w *window) open(args []string) int {
	if len(args) == 1 && args[0] == "--version" {
		fmt.Fprintln(w.stdout, w.control.Profile+".4805")
		return 0
	}
	flags, noWindow, err := parseArgs(args, w.control.Profile)
	if err != nil {
		return w.refuse(err)
	}
	if w.flags = flags; w.control.Key != "" && flags["key"] != w.control.Key {
		return w.say(30, "Key authorisation required")
	}
	options, err := load(flags["jsonfile"], w.control.Profile)
	var file errFile
	if errors.As(err, &file) {
		return w.say(202, string(file))
	}
	if err != nil {
		return w.refuse(err)
	}
	w.transcript.Options = options
	time.Sleep(w.control.Slow)
	if noWindow || w.control.NoRead {
		select {} // alive, and nothing to see
	}
	return w.live()
}

func (w *window) refuse(err error) int {
	w.transcript.Refused = err.Error()
	fmt.Fprintln(w.stderr, "stand-in for swiftDialog:", err)
	return refused
}

func (w *window) say(code int, text string) int {
	w.transcript.Ending = text
	fmt.Fprintln(w.stdout, text)
	return code
}

// live is the open window: commands and presses, until one ends it.
func (w *window) live() int {
	go w.follow()
	go w.script()
	go w.watchParent()
	disabled := w.transcript.Options["button1disabled"] == true
	for {
		select {
		case line := <-w.commands:
			w.record(line)
			name, value := splitCommand(line)
			switch {
			case name == "quit":
				return w.end("quit", 5)
			case name == "button1":
				disabled = value == "disable"
			}
		case how := <-w.pressed:
			if how == "press1" && disabled {
				continue // a disabled button ignores Return and clicks alike
			}
			if code, ended := w.ending(how); ended {
				return code
			}
		}
	}
}

// ending ends the window the way the real version does.
func (w *window) ending(how string) (code int, ended bool) {
	new := w.control.Profile >= "3"
	switch how {
	case "press1":
		fmt.Fprintln(w.stdout, "{\n\n}")
		return w.end(how, 0), true
	case "press2":
		return w.end(how, 2), w.transcript.Options["button2text"] != nil
	case "info":
		return w.end(how, 3), w.transcript.Options["quitoninfo"] == true
	case "timer":
		return w.end(how, 4), true
	case "cmdq":
		return w.end(how, 10), w.transcript.Options["quitkey"] == nil
	case "close":
		if new {
			return w.end(how, 15), true
		}
		return w.end(how, 0), true
	case "appkit-quit":
		return w.end(how, 0), true
	case "crash":
		w.end(how, 0)
		w.write()
		// The runtime of Go turns such a signal into an exit code; a shell dies of it.
		_ = syscall.Exec("/bin/sh", []string{"sh", "-c", "kill -ILL $$"}, nil)
		return refused, true
	case "flood":
		for range 1 << 12 {
			fmt.Fprintf(w.stdout, "%01024d\n", 0)
		}
		return w.end(how, 0), true
	}
	if code, err := strconv.Atoi(how); err == nil {
		return w.end(how, code), true
	}
	return 0, false
}

func (w *window) end(how string, code int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.transcript.Ending, w.transcript.Closed = how, time.Now()
	return code
}

func (w *window) record(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.transcript.Commands = append(w.transcript.Commands, line)
	name, value := splitCommand(line)
	if key := map[string]string{"message": "message", "progresstext": "progresstext", "button1text": "button1text"}[name]; key != "" {
		w.transcript.Options[key] = value
	}
	if name == "button1" && value == "enable" {
		delete(w.transcript.Options, "button1disabled")
	}
	select {
	case w.changed <- struct{}{}:
	default: // a drawing is due already, and will see this too
	}
}

// script ends the window as the control says.
func (w *window) script() {
	if len(w.control.Ends) == 0 {
		return
	}
	end := w.control.Ends[min(w.number, len(w.control.Ends))-1]
	if end.How == "page" {
		w.showOnPage()
		return
	}
	time.Sleep(end.After)
	w.pressed <- end.How
}

// watchParent is --pid of 3.x: the window goes with the one who opened it.
func (w *window) watchParent() {
	pid, err := strconv.Atoi(w.flags["pid"])
	if err != nil || w.control.Profile < "3" {
		return
	}
	for syscall.Kill(pid, 0) == nil {
		time.Sleep(500 * time.Millisecond)
	}
	fmt.Fprintln(w.stdout, "dialog quit becasue calling process was terminated")
	w.end("parent gone", 40)
	w.write()
	os.Exit(40)
}

// count numbers the windows.
func (w *window) count() int {
	if w.control.Dir == "" {
		return 1
	}
	for n := 1; ; n++ {
		f, err := os.OpenFile(filepath.Join(w.control.Dir, fmt.Sprintf("window-%03d.json", n)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err == nil {
			f.Close()
			return n
		}
		if !os.IsExist(err) {
			return 1
		}
	}
}

func (w *window) write() {
	if w.control.Dir == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	data, err := json.MarshalIndent(w.transcript, "", "  ")
	if err == nil {
		_ = os.WriteFile(filepath.Join(w.control.Dir, fmt.Sprintf("window-%03d.json", w.number)), data, 0o644)
	}
}

// Transcripts reads what the windows of a folder wrote, in their order.
func Transcripts(dir string) ([]Transcript, error) {
	files, err := filepath.Glob(filepath.Join(dir, "window-*.json"))
	if err != nil {
		return nil, err
	}
	var all []Transcript
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var t Transcript
		if len(data) > 0 && json.Unmarshal(data, &t) == nil {
			all = append(all, t)
		}
	}
	return all, nil
}
