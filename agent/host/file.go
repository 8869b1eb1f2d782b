package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"fleetmigrate/agent/atomicfile"
)

// maxFacts is far more than the facts of any Mac.
const maxFacts = 64 << 10

// File gives the facts that a JSON file holds.
type File struct{ path string }

// NewFile names the file; it need not be there yet.
func NewFile(path string) *File { return &File{path} }

// Facts reads the file. A missing one is fs.ErrNotExist.
func (f *File) Facts(context.Context) (Facts, error) {
	var facts Facts
	data, err := atomicfile.Read(f.path, maxFacts)
	if err != nil {
		return facts, fmt.Errorf("reading facts: %w", err)
	}
	if err := json.Unmarshal(data, &facts); err != nil {
		return facts, fmt.Errorf("reading facts: %s%s: %w", f.path, line(data, err), err)
	}
	return facts, nil
}

// line says in which line a JSON error lies, as ":7".
func line(data []byte, err error) string {
	offset := int64(-1)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	if offset < 0 || offset > int64(len(data)) {
		return ""
	}
	return fmt.Sprintf(":%d", 1+bytes.Count(data[:offset], []byte("\n")))
}
