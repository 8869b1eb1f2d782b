package standin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Transcript is what one window was told and how it ended.
type Transcript struct {
	PID      int            `json:"pid"`
	Args     []string       `json:"args"`
	Options  map[string]any `json:"options"`
	Env      []string       `json:"env"` // names only
	UID      int            `json:"uid"`
	Commands []string       `json:"commands"`
	Ignored  []string       `json:"ignored"` // presses without effect
	Ending   string         `json:"ending"`  // "" while it is open, or when it was killed
	Refused  string         `json:"refused,omitempty"`
	Opened   time.Time      `json:"opened"`
	Closed   time.Time      `json:"closed"`
}

// count numbers the windows.
func (w *window) count() int {
	if w.control.Dir == "" {
		return 1
	}
	for n := 1; ; n++ {
		f, err := os.OpenFile(w.file(n), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err == nil {
			f.Close()
			return n
		}
		if !os.IsExist(err) {
			return 1
		}
	}
}

func (w *window) file(n int) string {
	return filepath.Join(w.control.Dir, fmt.Sprintf("window-%03d.json", n))
}

// write keeps the transcript as it stands; a reader sees a whole one.
func (w *window) write() {
	if w.control.Dir == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	data, err := json.MarshalIndent(w.transcript, "", "  ")
	if err != nil {
		return
	}
	next := w.file(w.number) + ".new"
	if os.WriteFile(next, data, 0o644) == nil {
		_ = os.Rename(next, w.file(w.number))
	}
}

// Transcripts reads what the windows of a folder wrote, in their order; an open
// window has written one without an ending.
func Transcripts(dir string) ([]Transcript, error) {
	files, err := filepath.Glob(filepath.Join(dir, "window-*.json"))
	if err != nil {
		return nil, err
	}
	var all []Transcript
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var t Transcript
		if len(data) > 0 && json.Unmarshal(data, &t) == nil {
			all = append(all, t)
		}
	}
	return all, nil
}
