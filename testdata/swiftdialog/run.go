package standin

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// refused is the exit code of a stand-in that the real one would have mangled.
const refused = 97

// window is one run of the stand-in.
type window struct {
	control  Control
	number   int
	flags    map[string]string
	stdout   io.Writer
	stderr   io.Writer
	pressed  chan string   // endings, from the script or the page
	changed  chan struct{} // a command changed what is shown
	commands chan string   // lines of the command file
	failed   chan error    // what is wrong with it

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
	w := &window{control: control, stdout: stdout, stderr: stderr, pressed: make(chan string, 4), changed: make(chan struct{}, 1),
		commands: make(chan string, 16), failed: make(chan error, 1)}
	w.transcript = Transcript{PID: os.Getpid(), Args: args[1:], UID: os.Getuid(), Opened: time.Now(), Env: environmentNames()}
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
	if err := errors.Join(err, checkEnvironment(w.transcript.Env)); err != nil {
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
	if err := errors.Join(err, present(options)); err != nil {
		return w.refuse(err)
	}
	w.transcript.Options = options
	<-time.After(w.control.Slow)
	if noWindow || w.control.NoRead {
		select {} // alive, and nothing to see
	}
	return w.live()
}

func (w *window) refuse(err error) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.transcript.Refused, w.transcript.Closed = err.Error(), time.Now()
	fmt.Fprintln(w.stderr, "stand-in for swiftDialog:", err)
	return refused
}

func (w *window) say(code int, text string) int {
	w.end(text)
	fmt.Fprintln(w.stdout, text)
	return code
}

// live is the open window: commands and presses, until one ends it.
func (w *window) live() int {
	f, err := take(w.flags["commandfile"])
	if err != nil {
		return w.refuse(fmt.Errorf("the command file can't be watched: %w", err))
	}
	defer f.Close()
	go func() { w.failed <- w.follow(f) }()
	w.write()
	script, how := w.script()
	parent := w.watchParent()
	for {
		select {
		case err := <-w.failed:
			return w.refuse(err)
		case line := <-w.commands:
			quit, err := w.obey(line)
			if err != nil {
				return w.refuse(err)
			}
			if quit {
				w.end("quit")
				return 5
			}
		case <-script:
			w.pressed <- how
		case how := <-w.pressed:
			if code, ended := w.press(how); ended {
				return code
			}
		case <-parent:
			w.end("parent gone") // first: nobody may be left to read on stdout
			fmt.Fprintln(w.stdout, "dialog quit becasue calling process was terminated")
			return 40
		}
	}
}

// press is what a person, the system or bad luck does to the window.
func (w *window) press(how string) (code int, ended bool) {
	w.stuck(how)
	if disabled := w.transcript.Options["button1disabled"] == true; how != "press1" || !disabled { // that ignores Return and clicks alike
		code, ended = w.ending(how)
	}
	if ended {
		w.end(how)
	} else {
		w.ignore(how)
	}
	return code, ended
}

func (w *window) ignore(how string) {
	w.mu.Lock()
	w.transcript.Ignored = append(w.transcript.Ignored, how)
	w.mu.Unlock()
	w.write()
}

func (w *window) end(how string) {
	w.mu.Lock()
	w.transcript.Ending, w.transcript.Closed = how, time.Now()
	w.mu.Unlock()
	w.write()
}

// obey runs a command. A line without anything in it is none.
func (w *window) obey(line string) (quit bool, err error) {
	if strings.TrimSpace(line) == "" {
		return false, nil
	}
	name, value, err := parseCommand(line, w.control.Profile)
	if err != nil {
		return false, err
	}
	w.mu.Lock()
	w.transcript.Commands = append(w.transcript.Commands, line)
	switch {
	case name == "button1" && value == "enable":
		delete(w.transcript.Options, "button1disabled")
	case name == "button1":
		w.transcript.Options["button1disabled"] = true
	case valueFlags[name]:
		w.transcript.Options[name] = value
	}
	w.mu.Unlock()
	w.write()
	select {
	case w.changed <- struct{}{}:
	default: // a drawing is due already, and will see this too
	}
	return name == "quit", nil
}

// script is how and when the control ends this window; a page does it itself.
func (w *window) script() (<-chan time.Time, string) {
	if len(w.control.Ends) == 0 {
		return nil, ""
	}
	end := w.control.Ends[min(w.number, len(w.control.Ends))-1]
	if end.How == "page" {
		go w.showOnPage()
		return nil, ""
	}
	return time.After(end.After), end.How
}
