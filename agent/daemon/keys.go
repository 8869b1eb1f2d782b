package daemon

import (
	"path/filepath"
	"time"

	"fleetmigrate/agent/host"
)

// nodeKeys is how the server knows this Mac: secrets, per server.
type nodeKeys struct {
	Server     string    `json:"server"`
	Orbit      string    `json:"orbit_node_key,omitempty"`
	Osquery    string    `json:"osquery_node_key,omitempty"`
	EnrolledAt time.Time `json:"enrolled_at,omitzero"`

	// Told is the enrollment in an MDM that the server was told last: a change
	// while no daemon ran must not stay untold.
	Told *host.Enrollment `json:"told,omitempty"`
}

// keyring keeps the keys in memory, and on disk as soon as the disk lets it: a
// full disk must cost a write and not the enrollment.
type keyring struct {
	path  string
	keys  nodeKeys
	dirty bool
}

func openKeyring(private string) (*keyring, error) {
	k := &keyring{path: filepath.Join(private, "node-keys.json")}
	err := load(k.path, &k.keys)
	return k, err
}

// of forgets the keys of another server.
func (k *keyring) of(server string) *nodeKeys {
	if k.keys.Server != server {
		k.keys = nodeKeys{Server: server}
	}
	return &k.keys
}

// keep writes the keys; an error leaves them to be written later.
func (k *keyring) keep() error {
	k.dirty = true
	err := save(k.path, k.keys, modeSecret)
	k.dirty = err != nil
	return err
}
