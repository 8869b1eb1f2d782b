package stack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fleetmigrate/agent/atomicfile"
)

// opener stands in for the desktop's way to open the browser: it notes what it
// was given, and where a private page leads.
const opener = `#!/bin/sh
to=$1
case $1 in *.html) to=$(sed -n 's/.*;url=\([^"]*\)".*/\1/p' "$1") ;; esac
printf '%s %s\n' "$1" "$to" >>"$HOME/opened"
`

func (s *Stack) openerDir() string { return filepath.Join(s.dir, "path") }

func (s *Stack) installOpener() error {
	if err := os.MkdirAll(s.openerDir(), 0o755); err != nil {
		return fmt.Errorf("making the folder of the opener: %w", err)
	}
	return atomicfile.Write(filepath.Join(s.openerDir(), "xdg-open"), []byte(opener), 0o755)
}

func (s *Stack) openedFile() string { return filepath.Join(s.home(), "opened") }

// Opened is one page that was opened in the browser.
type Opened struct {
	Argument string // what the system's opener was given, which everybody can see
	URL      string // where it leads
}

// Opened are the pages opened so far.
func (s *Stack) Opened() (all []Opened) {
	data, err := os.ReadFile(s.openedFile())
	if err != nil {
		return nil // nothing yet
	}
	for line := range strings.Lines(string(data)) {
		argument, url, _ := strings.Cut(strings.TrimSpace(line), " ")
		all = append(all, Opened{argument, url})
	}
	return all
}
