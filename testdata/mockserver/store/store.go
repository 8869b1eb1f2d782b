package store

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"fleetmigrate/testdata/mockserver/appconfig"
)

// ErrNotFound is the answer for a host that is not there.
var ErrNotFound = errors.New("host not found")

// ErrTokenConflict is the answer for a device token that another host has.
var ErrTokenConflict = errors.New("auth token conflicts with another host")

// Store is safe for use by many goroutines.
type Store struct {
	mu         sync.RWMutex // guards the indexes and everything below
	hosts      []*entry     // by id - 1; a host is never deleted
	byToken    map[string]*entry
	byNodeKey  map[string]*entry
	byOrbitKey map[string]*entry
	bySerial   map[string]*entry
	byUUID     map[string]*entry
	config     appconfig.Config
	autoURL    string // the server URL nobody chose; follows the listener
	activities []Activity
	nextID     uint // of activities

	now     func() time.Time
	observe func(Activity)
	file    *file // nil keeps everything in memory only
	changes changes
}

// entry is one host with its own lock, so that polls of different hosts do not wait for each other.
type entry struct {
	mu      sync.Mutex
	host    Host
	trigger chan struct{} // held while a webhook of this host is under way
}

// Open reads the store from path, or starts an empty one with config where
// there is no such file. An empty path keeps everything in memory. A damaged
// file is an error: it is never overwritten. observe sees each activity as it
// is written; it must not call the store.
func Open(path string, config appconfig.Config, now func() time.Time, observe func(Activity)) (*Store, error) {
	s := &Store{
		byToken: map[string]*entry{}, byNodeKey: map[string]*entry{}, byOrbitKey: map[string]*entry{},
		bySerial: map[string]*entry{}, byUUID: map[string]*entry{},
		config: config, autoURL: config.ServerSettings.ServerURL, nextID: 1, now: now, observe: observe,
	}
	if path == "" {
		return s, nil
	}
	s.file, s.changes.kept = &file{path: path}, true
	state, err := s.file.read()
	if err != nil {
		return nil, err
	}
	if state != nil {
		s.restore(*state)
	}
	return s, nil
}

// Config returns the settings as they are stored.
func (s *Store) Config() appconfig.Config {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.config
}

// SetServerURL tells the store where the server listens. It counts only while nobody has chosen another address.
func (s *Store) SetServerURL(u string) error {
	return s.change(func() error {
		if s.config.ServerSettings.ServerURL == s.autoURL {
			s.config.ServerSettings.ServerURL = u
		}
		s.autoURL = u
		s.changes.markConfig()
		return nil
	})
}

// UpdateConfig replaces the settings with what fn makes of them, as one step.
// When fn fails nothing is changed.
func (s *Store) UpdateConfig(fn func(appconfig.Config) (appconfig.Config, []Activity, error)) error {
	return s.change(func() error {
		next, activities, err := fn(s.config)
		if err != nil {
			return err
		}
		s.config = next
		s.changes.markConfig()
		s.addActivities(activities)
		return nil
	})
}

// change runs fn under the lock and keeps the result before it returns.
func (s *Store) change(fn func() error) error {
	s.mu.Lock()
	err := fn()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.sync()
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

// ByToken finds the host of a device token that is not expired.
func (s *Store) ByToken(token string) (Ref, error) {
	e, err := s.find(s.byToken, token)
	if err != nil {
		return Ref{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.host.Token.Value != token || !s.now().Before(e.host.Token.ExpiresAt()) {
		return Ref{}, ErrNotFound
	}
	return Ref{e}, nil
}

// ByNodeKey finds the host of an osquery node key.
func (s *Store) ByNodeKey(key string) (Ref, error) { return s.ref(s.byNodeKey, key) }

// ByOrbitKey finds the host of an orbit node key.
func (s *Store) ByOrbitKey(key string) (Ref, error) { return s.ref(s.byOrbitKey, key) }

// BySerial finds the host of a hardware serial.
func (s *Store) BySerial(serial string) (Ref, error) { return s.ref(s.bySerial, serial) }

// ByAny finds a host by its id, UUID or serial, as a person names it: in small letters too.
func (s *Store) ByAny(name string) (Ref, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if id, err := strconv.ParseUint(name, 10, 64); err == nil && id >= 1 && id <= uint64(len(s.hosts)) {
		return Ref{s.hosts[id-1]}, nil
	}
	if e := s.byUUID[uuidKey(name)]; e != nil {
		return Ref{e}, nil
	}
	for _, serial := range []string{name, strings.ToUpper(name)} {
		if e := s.bySerial[serial]; e != nil {
			return Ref{e}, nil
		}
	}
	return Ref{}, ErrNotFound
}

func (s *Store) ref(index map[string]*entry, key string) (Ref, error) {
	e, err := s.find(index, key)
	return Ref{e}, err
}

func (s *Store) find(index map[string]*entry, key string) (*entry, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if e := index[key]; key != "" && e != nil {
		return e, nil
	}
	return nil, ErrNotFound
}

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

// uuidKey makes UUIDs comparable: macOS prints them in upper case, other tools in lower.
func uuidKey(uuid string) string { return strings.ToUpper(uuid) }

// newKey makes a node key: 24 random bytes, as text of 32 characters.
func newKey() (string, error) {
	raw := make([]byte, 24)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("making a node key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
