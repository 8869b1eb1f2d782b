package swiftdialog

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Ending is what a closed dialog means.
type Ending string

// The endings. Only Agreed is consent.
const (
	Agreed      Ending = "agreed"      // button 1, proved by the JSON on stdout
	Later       Ending = "later"       // button 2 or Escape
	Help        Ending = "help"        // the info button
	TimedOut    Ending = "timed_out"   // swiftDialog's timer
	Dismissed   Ending = "dismissed"   // Command-Q or the window's close button
	Interrupted Ending = "interrupted" // stopped by us, by a signal, by logging out
	Broken      Ending = "broken"      // it never was a dialog: missing, refused, crashed, bad file
)

// Result is how a dialog ended.
type Result struct {
	Ending Ending
	Code   int    // exit code; -1 after a signal
	Signal string // "" without one
	Detail string // one line for the log; never what a person typed
	Unseen bool   // no window ever opened
	Opened time.Time
	Closed time.Time
}

// decode reads the end of the app's own process. (Its launcher hides which
// signal ended it, which is why this package runs the app itself.)
//
// A plain exit 0 is no proof of consent: up to 2.5.6 the close button gives
// it, and so does AppKit when the session ends. A real press of button 1
// prints a JSON value first, because json is asked for.
func decode(v Version, state *os.ProcessState, stdout []byte) (Ending, string) {
	status, _ := state.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return bySignal(status.Signal())
	}
	code := state.ExitCode()
	switch {
	case code == 0 && proof(stdout):
		return Agreed, ""
	case code == 0:
		return Interrupted, "it ended without a button (closed with the session)"
	case code == 15 && v.Major < 3:
		return Broken, "exit code 15 is none of this version's"
	}
	if e, ok := codes[code]; ok {
		return e.ending, e.detail
	}
	if code > 128 {
		return bySignal(syscall.Signal(code - 128))
	}
	return Broken, fmt.Sprintf("exit code %d is not known", code)
}

var codes = map[int]struct {
	ending Ending
	detail string
}{
	2:   {Later, ""},
	3:   {Help, ""},
	4:   {TimedOut, ""},
	5:   {Interrupted, "told to quit through its command file"},
	10:  {Dismissed, "Command-Q"},
	15:  {Dismissed, "the window was closed"},
	30:  {Broken, "it wants an authorisation key (preference domain au.csiro.dialog)"},
	40:  {Interrupted, "the agent went away"},
	201: {Broken, "an image could not be found"},
	202: {Broken, "its JSON file could not be read"},
}

func bySignal(s syscall.Signal) (Ending, string) {
	switch s {
	case syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGKILL, syscall.SIGQUIT:
		return Interrupted, "ended by " + s.String()
	}
	return Broken, "crashed: " + s.String()
}

// proof is a JSON object, however it is laid out, and nothing else: null is none.
func proof(stdout []byte) bool {
	var object map[string]any
	return json.Unmarshal(stdout, &object) == nil && object != nil
}
