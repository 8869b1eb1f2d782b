package store

import "time"

// keptActivities bounds the audit log; the oldest go first.
const keptActivities = 10_000

// Activity is one line of the audit log. Details never hold a secret.
type Activity struct {
	ID        uint           `json:"id"`
	CreatedAt time.Time      `json:"created_at"`
	Actor     string         `json:"actor_full_name"` // empty when no person did it
	Type      string         `json:"type"`
	Details   map[string]any `json:"details"`
}

// AddActivity writes lines to the audit log.
func (s *Store) AddActivity(activities ...Activity) error {
	return s.change(func() error {
		s.addActivities(activities)
		return nil
	})
}

func (s *Store) addActivities(activities []Activity) {
	for _, a := range activities {
		a.ID, a.CreatedAt = s.nextID, s.now().UTC()
		s.nextID++
		s.activities = append(s.activities, a)
		s.changes.markActivity(a)
		s.observe(a)
	}
	if over := len(s.activities) - keptActivities; over > keptActivities/10 {
		s.activities = append([]Activity(nil), s.activities[over:]...)
	}
}

// Activities returns one page, newest first, and whether older ones follow.
func (s *Store) Activities(page, perPage int) (list []Activity, more bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	from := len(s.activities) - page*perPage
	for i := from - 1; i >= 0 && i >= from-perPage; i-- {
		list = append(list, s.activities[i])
	}
	return list, from-perPage > 0
}

// Filter chooses hosts for a list.
type Filter struct {
	Query   string          // part of a name, serial or UUID, lower case
	Match   func(Host) bool // nil matches all
	Page    int             // from 0
	PerPage int
}

// Hosts returns one page of the hosts that match, by id, and how many match in all.
func (s *Store) Hosts(f Filter) (page []Host, count int) {
	s.mu.RLock()
	all := s.hosts // only ever appended to
	s.mu.RUnlock()
	from := f.Page * f.PerPage
	for _, e := range all {
		h := Ref{e}.Get()
		if !h.matches(f.Query) || (f.Match != nil && !f.Match(h)) {
			continue
		}
		if count >= from && count < from+f.PerPage {
			page = append(page, h)
		}
		count++
	}
	return page, count
}

// Count is the number of hosts.
func (s *Store) Count() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.hosts)
}
