package swiftdialog

import (
	"errors"
	"os"
	"strings"
	"syscall"
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
	if closed(d.done) { // a free place among the updates would be chosen as well
		return ErrClosed
	}
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
			lines = append(lines, line(c.name, c.value))
		}
	}
	if u.Front {
		lines = append(lines, "activate:")
	}
	return lines
}

// line writes a command. In its text swiftDialog would drop every "name: ",
// take a message that begins with "+ " for one to append, and wants line breaks
// as two characters.
func line(name, text string) string {
	text = strings.ReplaceAll(text, name+": ", name+":\u00a0")
	if strings.HasPrefix(text, "+ ") {
		text = "\u200a" + text
	}
	return name + ": " + strings.ReplaceAll(text, "\n", `\n`)
}

// command appends one line, in one write: swiftDialog splits what it reads
// without carrying a rest over.
func command(file, line string) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return // the window took its file along, or has something else there, which must not hold us up
	}
	defer f.Close()
	_, _ = f.WriteString(line + "\n")
}

func (d *Dialog) command(line string) { command(d.commands(), line) }
