package stack

import (
	"encoding/json"
	"fmt"
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
		line.say()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	close(l.more)
	l.more = make(chan struct{})
}

// say takes the words of a line out of its fields: a message, an event, or a
// request of the server.
func (l *Line) say() {
	for _, key := range []string{"message", "event"} {
		if s, ok := l.Fields[key].(string); ok {
			l.Text = s
			delete(l.Fields, key)
		}
	}
	if path, ok := l.Fields["path"].(string); ok {
		l.Text = fmt.Sprintf("%v %s → %v", l.Fields["method"], path, l.Fields["status"])
		for _, key := range []string{"method", "path", "status", "remote", "bytes"} {
			delete(l.Fields, key)
		}
	}
	if from, ok := l.Fields["from"].(string); ok {
		l.Text = fmt.Sprintf("%s: %s → %v", l.Text, from, l.Fields["to"])
		delete(l.Fields, "from")
		delete(l.Fields, "to")
	}
	for _, key := range []string{"time", "at", "component"} {
		delete(l.Fields, key)
	}
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

// Has reports that a source has said a text, in its words or its fields.
func (l *Log) Has(source, text string) bool { return l.Count(source, text) > 0 }

// Count is how many lines of a source hold a text, in their words or fields.
func (l *Log) Count(source, text string) int {
	lines, _ := l.From(0)
	n := 0
	for _, line := range lines {
		if line.Source == source && line.holds(text) {
			n++
		}
	}
	return n
}

func (l Line) holds(text string) bool {
	if strings.Contains(l.Text, text) {
		return true
	}
	for _, v := range l.Fields {
		if s, ok := v.(string); ok && strings.Contains(s, text) {
			return true
		}
	}
	return false
}
