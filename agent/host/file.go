package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
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
	data, err := readSmall(f.path, maxFacts)
	if err != nil {
		return facts, fmt.Errorf("reading facts: %w", err)
	}
	if err := json.Unmarshal(data, &facts); err != nil {
		return facts, fmt.Errorf("reading facts: %s%s: %w", f.path, line(data, err), err)
	}
	return facts, nil
}

// readSmall reads a regular file of at most limit bytes. It never waits for a
// FIFO and never reads a device, whoever put one there.
func readSmall(path string, limit int64) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return data, err
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
