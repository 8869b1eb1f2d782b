package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Launcher tells the double of swiftDialog's launcher, /usr/local/bin/dialog,
// how to behave. It lies beside the program, as launcher.json.
type Launcher struct {
	Profile string `json:"profile"`
	App     string `json:"app"`  // path of the Dialog binary; a missing one ends with 255
	User    string `json:"user"` // at the screen; "" at the login window
}

// InstallLauncher puts the double into dir and gives its path.
func InstallLauncher(dir, binary string, l Launcher) (string, error) {
	data, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "launcher.json"), data, 0o644); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "dialog")
	return path, os.Symlink(binary, path)
}

const (
	notFound = 255 // exit code without a binary
	told     = 40  // exit code of a 3.x launcher that got SIGINT
)

// LaunchMain runs the double as a program. It shows why the driver goes past
// the real one: an exit code below 128 may be a signal, and the other way round.
func LaunchMain(args []string, stdout, stderr io.Writer) int {
	var l Launcher
	data, err := os.ReadFile(filepath.Join(filepath.Dir(args[0]), "launcher.json"))
	if err == nil {
		err = json.Unmarshal(data, &l)
	}
	if err != nil {
		fmt.Fprintln(stderr, "the double of the launcher needs its file:", err)
		return refused
	}
	if _, err := os.Stat(l.App); err != nil {
		return notFound
	}
	if older(l.Profile, "3") {
		return l.script(args[1:], stdout, stderr)
	}
	return l.program(args[1:], stdout, stderr)
}

// script is the shell script of 2.x.
func (l Launcher) script(args []string, stdout, stderr io.Writer) int {
	if l.User == "" {
		return 0 // nothing was shown, and it looks like a pressed button
	}
	cmd := exec.Command(l.App, args...)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	_ = cmd.Run() // its state says all
	return status(cmd.ProcessState, 128)
}

// program is the program of 3.x. It prints what the app printed when the app
// has ended, and not before.
func (l Launcher) program(args []string, stdout, stderr io.Writer) int {
	if l.User == "" {
		fmt.Fprintln(stderr, "ERROR: Unable to determine current GUI user")
		return 1
	}
	ordered, ok := reorder(args)
	if !ok {
		select {} // the real one spins
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(l.App, ordered...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, syscall.SIGINT)
	if err := cmd.Start(); err != nil {
		return notFound
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its state says all
		close(ended)
	}()
	select {
	case <-interrupts:
		fmt.Fprintln(stderr, "Received SIGINT, terminating")
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		return told
	case <-ended:
	}
	_, _ = out.WriteTo(stdout)
	_, _ = errs.WriteTo(stderr)
	return status(cmd.ProcessState, 0)
}

// status is an exit code, or a signal's number above a base.
func status(state *os.ProcessState, base int) int {
	if state == nil {
		return notFound
	}
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return base + int(w.Signal())
	}
	return state.ExitCode()
}

// reorder puts flags without a value behind those with one, and drops blank
// words. A stray word of one character makes the real one spin for ever.
func reorder(args []string) (ordered []string, ok bool) {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.TrimSpace(a) == "" })
	var last []string
	for i := 0; i < len(args); i++ {
		flag := strings.HasPrefix(args[i], "-")
		switch {
		case flag && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-"):
			ordered = append(ordered, args[i], args[i+1])
			i++
		case flag:
			last = append(last, args[i])
		case len(args[i]) == 1:
			return nil, false
		default:
			ordered = append(ordered, args[i])
		}
	}
	return append(ordered, last...), true
}
