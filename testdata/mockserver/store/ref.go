package store

import "sync"

// entry is one host with its own lock, so that polls of different hosts do not wait for each other.
type entry struct {
	mu      sync.Mutex
	host    Host
	trigger chan struct{} // held while a webhook of this host is under way
}

// Ref is a host found by one of its keys; it stays valid for ever.
type Ref struct{ e *entry }

// Get returns a copy of the host.
func (r Ref) Get() Host {
	r.e.mu.Lock()
	defer r.e.mu.Unlock()
	return r.e.host
}

// Look runs fn on the host itself, under its lock: it may read everything and
// write what is not kept (SeenAt, LastSummary), which needs no copy. fn must be short.
func (r Ref) Look(fn func(*Host)) {
	r.e.mu.Lock()
	defer r.e.mu.Unlock()
	fn(&r.e.host)
}

// Trigger returns the channel of capacity one that a sender of this host's webhook holds.
func (r Ref) Trigger() chan struct{} { return r.e.trigger }

// Update changes a host and returns it as it is afterwards. When fn fails
// nothing is changed. Keys by which a host is found are changed by the methods
// for them, not here. What a pointer of the host points at may be shared with
// copies: fn replaces it and never writes through it. fn must not call the store.
func (s *Store) Update(r Ref, fn func(*Host) error) (Host, error) {
	r.e.mu.Lock()
	next := r.e.host
	err := fn(&next)
	if err == nil {
		r.e.host = next
	}
	r.e.mu.Unlock()
	if err != nil {
		return Host{}, err
	}
	s.changes.markHost(r.e)
	return next, s.sync()
}

// SetToken gives the host a device token. The same value again changes nothing,
// not even its age.
func (s *Store) SetToken(r Ref, token string) error {
	return s.change(func() error {
		if owner := s.byToken[token]; owner != nil && owner != r.e {
			return ErrTokenConflict
		}
		r.e.mu.Lock()
		defer r.e.mu.Unlock()
		if r.e.host.Token.Value == token {
			return nil
		}
		delete(s.byToken, r.e.host.Token.Value)
		r.e.host.Token = DeviceToken{Value: token, UpdatedAt: s.now().UTC()}
		s.byToken[token] = r.e
		s.changes.markHost(r.e)
		return nil
	})
}
