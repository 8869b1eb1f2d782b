package spec

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// bom is what some editors write at the start of a file.
var bom = []byte("\ufeff")

// plain returns the file without its byte order mark. What no YAML may hold is
// an error: bytes that are not UTF-8, and control characters.
func plain(name string, raw []byte) ([]byte, error) {
	raw = bytes.TrimPrefix(raw, bom)
	at := place{name, 1, 1}
	for rest := raw; len(rest) > 0; {
		c, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case c == utf8.RuneError && size == 1:
			return nil, fmt.Errorf("%s: this is not UTF-8: save the file as UTF-8", at)
		case c == '\n':
			at.line, at.column = at.line+1, 0
		case c < ' ' && c != '\t' && c != '\r', c == 0x7f:
			return nil, fmt.Errorf("%s: control character %U: no YAML may hold it", at, c)
		}
		at.column++
	}
	return raw, nil
}
