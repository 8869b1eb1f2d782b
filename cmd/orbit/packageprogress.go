package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// progress draws a bar on a terminal, and nothing elsewhere.
func (p *packager) progress() func(done, total int64) {
	file, ok := p.err.(*os.File)
	if !ok || p.cmd.Bool("json") || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	last := int64(-1)
	return func(done, total int64) {
		percent := 100 * done / max(total, 1)
		if percent == last {
			return
		}
		last = percent
		fmt.Fprint(file, bar(percent, done, total))
	}
}

// bar is one state of the progress bar, and clears the line at the end.
func bar(percent, done, total int64) string {
	if percent >= 100 {
		return "\r\x1b[K"
	}
	full := int(percent / 4)
	return fmt.Sprintf("\rpacking [%s%s] %3d %%  %s of %s\x1b[K", strings.Repeat("█", full), strings.Repeat("·", 25-full), percent, megabytes(done), megabytes(total))
}
