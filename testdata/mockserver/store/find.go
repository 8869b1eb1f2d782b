package store

import (
	"strconv"
	"strings"
)

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

// uuidKey makes UUIDs comparable: macOS prints them in upper case, other tools in lower.
func uuidKey(uuid string) string { return strings.ToUpper(uuid) }
