package stack

import (
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// Line is one thing that happened.
type Line struct {
	At     time.Time      `json:"at"`
	Source string         `json:"source"`
	Text   string         `json:"text"`
	Fields map[string]any `json:"fields,omitempty"`
}

// Log collects what every program says, in the order it arrives.
type Log struct {
	mu    sync.Mutex
	lines []Line
	more  chan struct{} // closed and replaced at every line
}

// NewLog gives an empty log.
func NewLog() *Log { return &Log{more: make(chan struct{})} }

// Add takes a line; JSON lines are taken apart.
func (l *Log) Add(source, text string) {
	line := Line{At: time.Now(), Source: source, Text: text}
	if strings.HasPrefix(text, "{") && json.Unmarshal([]byte(text), &line.Fields) == nil {
		for _, key := range []string{"message", "msg"} {
			if s, ok := line.Fields[key].(string); ok {
				line.Text = s
				delete(line.Fields, key)
			}
		}
		for _, key := range []string{"time", "component"} {
			delete(line.Fields, key)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	close(l.more)
	l.more = make(chan struct{})
}

// From gives the lines from number n on, and a channel that closes when there
// are more.
func (l *Log) From(n int) ([]Line, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines[min(n, len(l.lines)):len(l.lines):len(l.lines)], l.more
}

// Last is the newest line of a source.
func (l *Log) Last(source string) string {
	lines, _ := l.From(0)
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Source == source {
			return lines[i].Text
		}
	}
	return "(none)"
}
