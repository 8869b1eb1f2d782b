package store

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// changes is what the files do not hold yet. A mark comes before the call of
// sync that promises the change. Without files nothing is marked.
type changes struct {
	kept       bool // there are files
	mu         sync.Mutex
	config     bool
	hosts      map[*entry]bool
	activities []Activity
}

func (c *changes) markConfig() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.config = c.kept
}

func (c *changes) markHost(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hosts == nil {
		c.hosts = map[*entry]bool{}
	}
	if c.kept {
		c.hosts[e] = true
	}
}

func (c *changes) markActivity(a Activity) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept {
		c.activities = append(c.activities, a)
	}
}

// takeChanges empties the marks. What was changed together under the store's
// lock is taken together.
func (s *Store) takeChanges() batch {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := &s.changes
	c.mu.Lock()
	marked := slices.Collect(maps.Keys(c.hosts))
	b := batch{Activities: c.activities}
	if c.config {
		config := s.config
		b.Config, b.AutoURL = &config, s.autoURL
	}
	c.config, c.hosts, c.activities = false, nil, nil
	c.mu.Unlock()
	for _, e := range marked {
		b.Hosts = append(b.Hosts, Ref{e}.Get())
	}
	slices.SortFunc(b.Hosts, func(x, y Host) int { return cmp.Compare(x.ID, y.ID) })
	return b
}
