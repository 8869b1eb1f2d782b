package standin

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// The endings that a script or a page can ask for:
//
//	press1, press2, info    the buttons, where they are there
//	timer                   the timer ran out, where there is one
//	cmdq, close             Command-Q, the close button
//	appkit-quit             the session ends: exit 0, and nothing on stdout
//	crash                   dies by SIGTRAP
//	flood                   4 MiB on stdout, then exit 0
//	deaf                    stays, and reads no command any more
//	hang                    stays, and ignores SIGTERM as well
//	a number                ends with this exit code

// ending ends the window the way the real version does; what has no effect
// leaves it open.
func (w *window) ending(how string) (code int, ended bool) {
	o := w.transcript.Options
	switch how {
	case "press1":
		if o["button1text"] == "none" {
			return 0, false
		}
		w.proof()
		return 0, true
	case "press2":
		return 2, o["button2text"] != nil
	case "info":
		return 3, o["infobuttontext"] != nil && (o["quitoninfo"] == true || o["infobuttonaction"] == nil)
	case "timer":
		return 4, o["timer"] != nil
	case "cmdq":
		return 10, o["quitkey"] == nil || o["quitkey"] == "q"
	case "close":
		if older(w.control.Profile, "3") {
			return 0, true
		}
		return 15, true
	case "appkit-quit":
		return 0, true
	case "flood":
		for range 1 << 12 {
			fmt.Fprintf(w.stdout, "%01024d\n", 0)
		}
		return 0, true
	}
	code, err := strconv.Atoi(how)
	return code, err == nil
}

// proof is what a press of button 1 prints where json is asked for.
func (w *window) proof() {
	if w.transcript.Options["json"] == true {
		fmt.Fprintln(w.stdout, "{\n\n}")
	}
}

// stuck is the window that does not go, or not in good order.
func (w *window) stuck(how string) {
	switch how {
	case "crash":
		w.end(how)
		// The Go runtime would turn the signal into exit code 2; a shell has no handler.
		sh, err := exec.LookPath("sh")
		if err == nil {
			err = syscall.Exec(sh, []string{"sh", "-c", "kill -TRAP $$"}, nil)
		}
		fmt.Fprintln(w.stderr, "stand-in for swiftDialog: crashing:", err)
		os.Exit(refused)
	case "hang":
		signal.Ignore(syscall.SIGTERM)
		fallthrough
	case "deaf":
		w.end(how)
		select {}
	}
}

// parentLook is how often the real one looks for the process of --pid.
const parentLook = time.Second

// watchParent is --pid of 3.x: the window goes with the one who opened it.
func (w *window) watchParent() <-chan struct{} {
	gone := make(chan struct{})
	pid, err := strconv.Atoi(w.flags["pid"])
	if err != nil || older(w.control.Profile, "3") {
		return gone
	}
	go func() {
		for range time.Tick(parentLook) {
			if syscall.Kill(pid, 0) != nil {
				close(gone)
				return
			}
		}
	}()
	return gone
}
