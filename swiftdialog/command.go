package swiftdialog

import (
	"errors"
	"os"
	"strings"
)

// Update changes an open window; empty members leave things as they are.
type Update struct {
	Message      string
	ProgressText string
	Button1      string
	Front        bool // bring the window before all others; from 2.2 on
}

// ErrClosed says that the window has gone.
var ErrClosed = errors.New("the dialog has gone")

// Update changes the open window. It returns before the change is seen.
func (d *Dialog) Update(u Update) error {
	for _, line := range u.commands() {
		select {
		case d.updates <- line:
		case <-d.done:
			return ErrClosed
		}
	}
	return nil
}

func (u Update) commands() (lines []string) {
	for _, c := range []struct{ name, value string }{
		{"message", Text(u.Message, maxMessage)}, {"progresstext", Text(u.ProgressText, maxTitle)}, {"button1text", Text(u.Button1, maxButton)},
	} {
		if c.value != "" {
			lines = append(lines, c.name+": "+oneLine(c.value))
		}
	}
	if u.Front {
		lines = append(lines, "activate:")
	}
	return lines
}

// oneLine writes line breaks the way a command needs them.
func oneLine(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }

// command appends one line, in one write: swiftDialog splits what it reads
// without carrying a rest over.
func (d *Dialog) command(line string) {
	f, err := os.OpenFile(d.commands(), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return // the window took its file along: its end is on the way
	}
	defer f.Close()
	_, _ = f.WriteString(line + "\n")
}
