package fault

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Injector holds the faults in force. The zero value has none.
type Injector struct {
	mu       sync.Mutex
	rules    []*rule
	chaos    Chaos
	rng      *rand.Rand
	released chan struct{} // closed when faults are taken back, which lets hanging answers go
}

type rule struct {
	Fault
	Seen   int `json:"seen"`   // requests that matched
	Struck int `json:"struck"` // those it hit
}

// Decode reads one fault; unknown keys are refused.
func Decode(raw []byte) (Fault, error) {
	var f Fault
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err := dec.Decode(&f)
	return f, err
}

// Set replaces all faults and lets hanging answers go.
func (i *Injector) Set(faults []Fault) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.rules = nil
	for _, f := range faults {
		i.rules = append(i.rules, &rule{Fault: f})
	}
	i.release()
}

// Add puts one fault behind the others.
func (i *Injector) Add(f Fault) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.rules = append(i.rules, &rule{Fault: f})
}

// release needs the lock.
func (i *Injector) release() {
	if i.released != nil {
		close(i.released)
	}
	i.released = nil
}

// List returns the faults with their counts, as values for JSON.
func (i *Injector) List() []any {
	i.mu.Lock()
	defer i.mu.Unlock()
	list := make([]any, 0, len(i.rules))
	for _, r := range i.rules {
		list = append(list, *r)
	}
	return list
}

// pick finds the fault for a request, and counts it.
func (i *Injector) pick(label string) (Fault, <-chan struct{}, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.released == nil {
		i.released = make(chan struct{})
	}
	for _, r := range i.rules {
		if !Matches(r.Route, label) {
			continue
		}
		r.Seen++
		if r.Seen <= r.After || (r.Times > 0 && r.Struck >= r.Times) {
			continue
		}
		r.Struck++
		return r.Fault, i.released, true
	}
	f, ok := i.random(label)
	return f, i.released, ok
}

// Serve answers with next, or with what a fault makes of it. It returns the
// name of the fault for the log. label is "" for what no fault may touch.
func (i *Injector) Serve(w http.ResponseWriter, r *http.Request, label string, next http.Handler) string {
	f, released, struck := i.pick(label)
	if !struck {
		next.ServeHTTP(w, r)
		return ""
	}
	if f.Kind != Slow && f.Delay > 0 {
		wait(r, released, time.Duration(f.Delay))
	}
	f.strike(w, r, released, next)
	if f.Kind == Latency {
		return "latency"
	}
	return string(f.Kind)
}

// wait returns after d, or when the client is gone, or when the faults were taken back.
func wait(r *http.Request, released <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-released:
	}
}
