package store

import (
	"errors"
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
