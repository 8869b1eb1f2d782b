package standin

import (
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// follow is the command file: deleted and made anew at start, then watched as
// the open file it is. A replacement by rename is never seen.
func (w *window) follow() {
	path := w.flags["commandfile"]
	os.Remove(path)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o666)
	if err != nil {
		return
	}
	defer f.Close()
	buffer := make([]byte, 64<<10)
	for offset := int64(0); ; {
		n, _ := f.ReadAt(buffer, offset)
		if n == 0 {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		offset += int64(n)
		if !utf8.Valid(buffer[:n]) {
			continue // a chunk that cuts a character is dropped
		}
		for _, line := range strings.Split(string(buffer[:n]), "\n") { // nothing is carried over
			if line != "" {
				w.commands <- line
			}
		}
	}
}

func splitCommand(line string) (name, value string) {
	name, value, _ = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(name)), strings.ReplaceAll(strings.TrimPrefix(value, " "), `\n`, "\n")
}
