package mockserver

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"time"
)

// keptRequests is how many requests GET /control/requests remembers.
const keptRequests = 1000

// request is one line of the request log. Route is the pattern, not the path: a
// path may hold a device token. Query strings are never logged.
type request struct {
	At         time.Time `json:"at"`
	Method     string    `json:"method"`
	Route      string    `json:"route"` // "" outside the API
	Path       string    `json:"path"`  // with tokens left out
	Status     int       `json:"status"`
	Bytes      int64     `json:"bytes"`
	DurationMS float64   `json:"duration_ms"`
	Remote     string    `json:"remote"`
	Fault      string    `json:"fault,omitempty"`
}

// journal writes lines, remembers requests and wakes those who wait for one.
type journal struct {
	mu       sync.Mutex
	out      io.Writer // nil writes nothing
	requests []request
	counts   map[string]int
	changed  chan struct{} // closed at the next change
}

func newJournal(out io.Writer) *journal {
	return &journal{out: out, counts: map[string]int{}, changed: make(chan struct{})}
}

func (j *journal) request(r request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.requests) == 2*keptRequests {
		j.requests = append(j.requests[:0], j.requests[keptRequests:]...)
	}
	j.requests = append(j.requests, r)
	j.counts[r.Route]++
	j.line(r)
	j.wake()
}

// event writes a line that is no request: what the server did or why it refused.
func (j *journal) event(at time.Time, event string, details map[string]any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.line(map[string]any{"at": at.UTC(), "event": event, "details": details})
	j.wake()
}

// line needs the lock.
func (j *journal) line(v any) {
	if j.out == nil {
		return
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return // strings, numbers and times always encode
	}
	_, _ = j.out.Write(append(encoded, '\n')) // a full disk must not stop the server
}

// wake needs the lock.
func (j *journal) wake() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// recent is the last requests, oldest first.
func (j *journal) recent() []request {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]request{}, j.requests[max(0, len(j.requests)-keptRequests):]...)
}

// await returns when done says so, which is asked after every request and event.
func (j *journal) await(ctx context.Context, done func() bool) error {
	for {
		j.mu.Lock()
		changed := j.changed
		j.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (j *journal) count(route string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.counts[route]
}
