package store

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// Identity is what a Mac says of itself when one of its agents enrolls. Empty
// members leave what is known.
type Identity struct {
	UUID           string
	HardwareSerial string
	HardwareModel  string
	Hostname       string
	ComputerName   string
	Platform       string
	OSVersion      string
	OsqueryHostID  string // only osquery's own enrollment sets it
}

// EnrollOrbit gives the Mac an orbit node key. A Mac that is known by its UUID,
// or by its serial from ABM, keeps its record; its older key ends.
func (s *Store) EnrollOrbit(id Identity) (nodeKey string, err error) {
	return s.enroll(id, s.byOrbitKey, func(h *Host) *string { return &h.OrbitNodeKey })
}

// EnrollOsquery gives the Mac an osquery node key, merged as EnrollOrbit does.
func (s *Store) EnrollOsquery(id Identity) (nodeKey string, err error) {
	return s.enroll(id, s.byNodeKey, func(h *Host) *string { return &h.OsqueryNodeKey })
}

func (s *Store) enroll(id Identity, index map[string]*entry, keyOf func(*Host) *string) (string, error) {
	key, err := newKey()
	if err != nil {
		return "", err
	}
	err = s.change(func() error {
		e, known := s.findOrAdd(id)
		e.mu.Lock()
		defer e.mu.Unlock()
		s.identify(e, id)
		old := keyOf(&e.host)
		delete(index, *old)
		*old = key
		index[key] = e
		if !known || id.OsqueryHostID == "" {
			s.addActivities([]Activity{{Type: "fleet_enrolled", Details: map[string]any{
				"host_serial": e.host.HardwareSerial, "host_display_name": e.host.DisplayName(),
			}}})
		}
		return nil
	})
	return key, err
}

// Ensure finds the host of a serial or makes a pending one, as the sync with ABM does.
func (s *Store) Ensure(serial string) (Ref, error) {
	var e *entry
	err := s.change(func() error {
		e, _ = s.findOrAdd(Identity{HardwareSerial: serial})
		e.mu.Lock()
		defer e.mu.Unlock()
		s.identify(e, Identity{HardwareSerial: serial, Platform: "darwin"})
		return nil
	})
	return Ref{e}, err
}

// findOrAdd needs the store's lock.
func (s *Store) findOrAdd(id Identity) (e *entry, known bool) {
	if e := s.byUUID[uuidKey(id.UUID)]; id.UUID != "" && e != nil {
		return e, true
	}
	if e := s.bySerial[id.HardwareSerial]; id.HardwareSerial != "" && e != nil && s.sameMac(e, id) {
		return e, true
	}
	e = &entry{trigger: make(chan struct{}, 1)}
	e.host = Host{ID: uint(len(s.hosts) + 1), CreatedAt: s.now().UTC()}
	s.hosts = append(s.hosts, e)
	return e, false
}

// sameMac tells a serial that came from ABM, without a UUID, from another Mac with the same serial.
func (s *Store) sameMac(e *entry, id Identity) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.host.UUID == "" || id.UUID == "" || uuidKey(e.host.UUID) == uuidKey(id.UUID)
}

// Identify writes what a Mac said of itself later, in its vitals.
func (s *Store) Identify(r Ref, id Identity) error {
	return s.change(func() error {
		r.e.mu.Lock()
		defer r.e.mu.Unlock()
		s.identify(r.e, id)
		return nil
	})
}

// identify needs both locks. A Mac can't take the UUID by which another one is
// known. Two may say the same serial, as clones do: the first is found by it.
func (s *Store) identify(e *entry, id Identity) {
	s.changes.markHost(e)
	h := &e.host
	if id.UUID != "" && s.byUUID[uuidKey(id.UUID)] == nil {
		delete(s.byUUID, uuidKey(h.UUID))
		h.UUID = id.UUID
		s.byUUID[uuidKey(id.UUID)] = e
	}
	if id.HardwareSerial != "" && id.HardwareSerial != h.HardwareSerial {
		if s.bySerial[h.HardwareSerial] == e {
			delete(s.bySerial, h.HardwareSerial)
		}
		h.HardwareSerial = id.HardwareSerial
		index(s.bySerial, id.HardwareSerial, e)
	}
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&h.HardwareModel, id.HardwareModel}, {&h.Hostname, id.Hostname}, {&h.ComputerName, id.ComputerName},
		{&h.Platform, id.Platform}, {&h.OSVersion, id.OSVersion}, {&h.OsqueryHostID, id.OsqueryHostID},
	} {
		if f.from != "" {
			*f.to = f.from
		}
	}
}

// newKey makes a node key: 24 random bytes, as text of 32 characters.
func newKey() (string, error) {
	raw := make([]byte, 24)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("making a node key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
