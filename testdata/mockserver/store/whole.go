package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"fleetmigrate/testdata/mockserver/appconfig"
)

// stateVersion is the layout of the file; another one is refused.
const stateVersion = 1

// state is the file's content.
type state struct {
	Version    int              `json:"version"`
	Generation uint64           `json:"generation"` // which log belongs to it
	Config     appconfig.Config `json:"config"`
	AutoURL    string           `json:"auto_server_url"`
	NextID     uint             `json:"next_activity_id"`
	Activities []Activity       `json:"activities"`
	Hosts      []Host           `json:"hosts"`
}

// read returns nil where there is no file yet.
func (f *file) read() (*state, error) {
	raw, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	var s state
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, damaged(f.path, err.Error())
	}
	if s.Version != stateVersion {
		return nil, fmt.Errorf("reading the state: %s has version %d, this program reads %d: use the program that wrote it, or move it away to start empty", f.path, s.Version, stateVersion)
	}
	f.generation = s.Generation
	if err := replay(f.path, &s); err != nil {
		return nil, err
	}
	for i, h := range s.Hosts {
		if h.ID != uint(i+1) {
			return nil, damaged(f.path, fmt.Sprintf("host %d stands where host %d belongs", h.ID, i+1))
		}
	}
	return &s, nil
}

func damaged(path, why string) error {
	return fmt.Errorf("reading the state: %s is damaged (%s): restore it and its log from a copy, or move both away to start empty", path, why)
}

func (s *Store) restore(st state) {
	s.config, s.nextID, s.activities = st.Config, st.NextID, st.Activities
	s.autoURL = st.AutoURL
	for _, h := range st.Hosts {
		e := &entry{host: h, trigger: make(chan struct{}, 1)}
		s.hosts = append(s.hosts, e)
		index(s.byToken, h.Token.Value, e)
		index(s.byNodeKey, h.OsqueryNodeKey, e)
		index(s.byOrbitKey, h.OrbitNodeKey, e)
		index(s.bySerial, h.HardwareSerial, e)
		index(s.byUUID, uuidKey(h.UUID), e)
	}
}

// index makes e findable by key, unless another host is already.
func index(m map[string]*entry, key string, e *entry) {
	if key != "" && m[key] == nil {
		m[key] = e
	}
}

func (s *Store) snapshot() state {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := state{Version: stateVersion, Config: s.config, AutoURL: s.autoURL, NextID: s.nextID,
		Activities: append([]Activity(nil), s.activities...), Hosts: make([]Host, 0, len(s.hosts))}
	for _, e := range s.hosts {
		st.Hosts = append(st.Hosts, Ref{e}.Get())
	}
	return st
}

// writeAtomic replaces path with the encoded state, so that a crash leaves the
// old file or the new one. The state holds node keys: nobody else may read it.
func writeAtomic(path string, st state) (size int64, err error) {
	encoded, err := json.Marshal(st)
	if err != nil {
		return 0, err
	}
	// One name, so that what a crash leaves behind is overwritten the next time.
	tmp, err := os.OpenFile(path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	defer os.Remove(tmp.Name()) // gone after the rename, which is fine
	_, err = tmp.Write(encoded)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return 0, err
	}
	return int64(len(encoded)), syncFolder(path)
}

// syncFolder makes the names in the file's folder outlive a crash.
func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
