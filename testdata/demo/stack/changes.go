package stack

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"fleetmigrate/agent/host"
)

// changes turns everything that can happen into one hint: look again.
type changes struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next hint
}

func (c *changes) note() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.next)
	c.next = make(chan struct{})
}

func (c *changes) wait() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.next
}

// watch brings the hints of one source.
func watch[T any](ctx context.Context, c *changes, from <-chan T) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-from:
			if !ok {
				return
			}
			c.note()
		}
	}
}

func watchAll(ctx context.Context, s *Stack) *changes {
	c := &changes{next: make(chan struct{})}
	go watch(ctx, c, s.Page.Changes())
	go watch(ctx, c, host.WatchFiles(ctx, s.MacFile(), s.TokenFile(), s.openedFile(), filepath.Join(s.StateDir(), "status.json")))
	if s.Tray != nil {
		go watch(ctx, c, s.Tray.Changes())
	}
	go func() {
		for n := 0; ctx.Err() == nil; {
			lines, more := s.Log.From(n)
			n += len(lines)
			c.note()
			select {
			case <-more:
			case <-ctx.Done():
			}
		}
	}()
	return c
}

// Changed closes when anything has happened: take it before looking.
func (s *Stack) Changed() <-chan struct{} { return s.changes.wait() }

// Wait returns when ok holds. It looks whenever anything has happened. The
// error says what was waited for and what is there instead.
func (s *Stack) Wait(ctx context.Context, what string, ok func() bool) error {
	for {
		changed := s.Changed()
		if ok() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w\n%s", what, context.Cause(ctx), s.Describe())
		}
	}
}

// Describe says in a few lines how things stand, for errors.
func (s *Stack) Describe() string {
	var out strings.Builder
	status := s.Status()
	fmt.Fprintf(&out, "desktop: %s, server %s, last error %q, dialog %q, next prompt %s\n", status.State, status.Link, status.LastError, status.Dialog, status.NextPrompt)
	for _, g := range status.Gates {
		if !g.OK {
			fmt.Fprintf(&out, "gate %s: %s\n", g.ID, g.Reason)
		}
	}
	if s.Tray != nil {
		for _, e := range s.Menu(context.Background()) {
			fmt.Fprintf(&out, "menu: %s\n", e.Label)
		}
	}
	lines, _ := s.Log.From(0)
	for _, l := range lines[max(0, len(lines)-25):] {
		fmt.Fprintf(&out, "%s %s: %s %v\n", l.At.Format("15:04:05.000"), l.Source, l.Text, l.Fields)
	}
	return out.String()
}
