package fakemac

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fleetmigrate/agent/host"
)

// mac is one call of one tool.
type mac struct {
	root        string
	side        Side
	facts       host.Facts
	out, errOut io.Writer
	now         time.Time
}

// answer is one tool: it prints, and gives the exit status.
type answer func(m *mac, args []string) int

var answers = map[string]answer{
	"profiles": (*mac).profiles, "ioreg": (*mac).ioreg, "sw_vers": (*mac).swVers, "scutil": (*mac).scutil,
	"defaults": (*mac).defaults, "pmset": (*mac).pmset, "sysctl": (*mac).sysctl,
	"launchctl": (*mac).launchctl, "pkgutil": (*mac).pkgutil, "codesign": (*mac).codesign,
	"osascript": (*mac).osascript,
}

// Run is a tool, by the name it is called by. It returns the exit status.
func Run(argv []string, stdout, stderr io.Writer) int {
	tool, known := answers[filepath.Base(argv[0])]
	if !known {
		fmt.Fprintf(stderr, "fakemac: there is no stand-in for %s\n", argv[0])
		return 64
	}
	root, err := rootOf(argv[0])
	if err != nil {
		fmt.Fprintln(stderr, "fakemac:", err)
		return 64
	}
	m := &mac{root: root, out: stdout, errOut: stderr, now: time.Now()}
	if m.side, err = ReadSide(root); err == nil {
		m.facts, err = ReadFacts(m.side.Facts)
	}
	if err != nil {
		fmt.Fprintln(stderr, "fakemac:", err)
		return 64
	}
	m.journal(argv)
	return tool(m, argv[1:])
}

// journal appends the call to calls.log, which tests read.
func (m *mac) journal(argv []string) {
	f, err := os.OpenFile(filepath.Join(m.root, "calls.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return // a Mac whose log can't be written works all the same
	}
	defer f.Close()
	fmt.Fprintln(f, filepath.Base(argv[0]), strings.Join(argv[1:], " "))
}

// Calls are the calls that were made, oldest first: "profiles status -type enrollment".
func Calls(root string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(root, "calls.log"))
	if err != nil {
		return nil, fmt.Errorf("reading calls: %w", err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n"), nil
}

func (m *mac) print(format string, args ...any) { fmt.Fprintf(m.out, format, args...) }

// fail prints to standard error and gives the status.
func (m *mac) fail(status int, format string, args ...any) int {
	fmt.Fprintf(m.errOut, format+"\n", args...)
	return status
}
