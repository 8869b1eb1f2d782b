package standin

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/fsnotify/fsnotify"
)

// take deletes the command file and makes it anew, as every window does at its
// start. Where it may not, it empties the old one, or keeps it and reads on
// from its end.
func take(path string) (*os.File, error) {
	_ = os.Remove(path)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o666)
	if err == nil {
		return f, f.Chmod(0o666)
	}
	if f, err = os.Open(path); err != nil {
		return nil, err
	}
	_, err = f.Seek(0, io.SeekEnd)
	return f, err
}

// follow reads the open command file whenever it may have grown. A replacement
// by rename is never seen; a file cut short is read from its start. It is the
// folder that is watched: fsnotify loses a file that is renamed, the real one
// does not.
func (w *window) follow(f *os.File) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer watcher.Close()
	if err := watcher.Add(filepath.Dir(f.Name())); err != nil {
		return err
	}
	for {
		if err := w.readOn(f); err != nil {
			return err
		}
		select {
		case <-watcher.Events:
		case err := <-watcher.Errors:
			return err
		}
	}
}

// readOn takes one chunk and runs its lines. Nothing is carried over to the
// next chunk, which is why half a line, or half a character, is refused.
func (w *window) readOn(f *os.File) error {
	if info, err := f.Stat(); err == nil {
		if at, _ := f.Seek(0, io.SeekCurrent); info.Size() < at {
			_, _ = f.Seek(0, io.SeekStart)
		}
	}
	chunk, err := io.ReadAll(f)
	switch {
	case err != nil || len(chunk) == 0:
		return err
	case !utf8.Valid(chunk):
		return errors.New("a chunk of the command file cuts a character and would be dropped")
	case chunk[len(chunk)-1] != '\n':
		return fmt.Errorf("a chunk of the command file ends in half a line %.40q", chunk)
	}
	for line := range strings.Lines(string(chunk)) {
		w.commands <- strings.TrimSuffix(line, "\n")
	}
	return nil
}
