package mockserver

import (
	"context"
	"fmt"

	"fleetmigrate/testdata/mockserver/store"
)

// NewHost is a Mac that AddHost enrolls with both agents.
type NewHost struct {
	UUID, Serial, ComputerName string
	OSVersion                  string // "15.1"; default "15.1"
	DeviceToken                string // "" sets none
	Enrolled                   bool   // in the MDM at ServerURL
	ServerURL                  string
	FromDEP                    bool // enrolled automatically
	Assigned                   bool // to Fleet in ABM, with its profile pushed
}

// HostKeys is what the agents of a host authenticate with.
type HostKeys struct {
	ID                    uint
	NodeKey, OrbitNodeKey string
}

// AddHost makes a host as if its agents had enrolled and reported, for Go tests and load.
func (s *Server) AddHost(n NewHost) (HostKeys, error) {
	id := store.Identity{UUID: n.UUID, HardwareSerial: n.Serial, ComputerName: n.ComputerName,
		Hostname: n.ComputerName, Platform: "darwin", OSVersion: "macOS " + n.OSVersion}
	if n.OSVersion == "" {
		id.OSVersion = "macOS 15.1"
	}
	var keys HostKeys
	var err error
	if keys.OrbitNodeKey, err = s.store.EnrollOrbit(id); err != nil {
		return keys, err
	}
	id.OsqueryHostID = n.UUID
	if keys.NodeKey, err = s.store.EnrollOsquery(id); err != nil {
		return keys, err
	}
	host, err := s.store.ByNodeKey(keys.NodeKey)
	if err != nil {
		return keys, fmt.Errorf("adding host %s: %w", n.Serial, err)
	}
	keys.ID = host.Get().ID
	if n.DeviceToken != "" {
		if err := s.store.SetToken(host, n.DeviceToken); err != nil {
			return keys, fmt.Errorf("adding host %s: %w", n.Serial, err)
		}
	}
	_, err = s.store.Update(host, func(h *store.Host) error {
		h.MDM = &store.MDM{Enrolled: n.Enrolled, ServerURL: withoutQuery(n.ServerURL), InstalledFromDEP: n.FromDEP, Name: mdmName("", n.ServerURL)}
		if n.Assigned {
			h.DEP = &store.DEP{AssignedAt: s.now().UTC(), ProfileStatus: store.ProfileSuccess}
		}
		h.DetailUpdatedAt, h.LabelUpdatedAt, h.PolicyUpdatedAt = s.now().UTC(), s.now().UTC(), s.now().UTC()
		return nil
	})
	return keys, err
}

// Host returns the record of a host by id, UUID or serial.
func (s *Server) Host(name string) (store.Host, error) {
	ref, err := s.store.ByAny(name)
	if err != nil {
		return store.Host{}, fmt.Errorf("looking up host %q: %w", name, err)
	}
	return ref.Get(), nil
}

// AwaitRequests returns when the route, named as in the request log, has
// answered n requests since the server was made. It needs Config.Control or
// Config.Log, without which requests are not counted.
func (s *Server) AwaitRequests(ctx context.Context, route string, n int) error {
	err := s.journal.await(ctx, func() bool { return s.journal.count(route) >= n })
	if err != nil {
		return fmt.Errorf("waiting for %d requests of %q, got %d: %w", n, route, s.journal.count(route), err)
	}
	return nil
}

// AwaitHost returns when want holds for the host, which is looked at after
// every request and activity.
func (s *Server) AwaitHost(ctx context.Context, name string, want func(store.Host) bool) error {
	err := s.journal.await(ctx, func() bool {
		h, err := s.Host(name)
		return err == nil && want(h)
	})
	if err != nil {
		return fmt.Errorf("waiting for host %q: %w", name, err)
	}
	return nil
}

// AwaitWebhooks returns when n webhooks of the host were tried.
func (s *Server) AwaitWebhooks(ctx context.Context, name string, n int) error {
	return s.AwaitHost(ctx, name, func(h store.Host) bool { return len(h.Webhooks) >= n })
}

// Act does to a host what POST /api/latest/fleet/hosts/{name}/{action} does.
func (s *Server) Act(name, action string) error {
	return s.act(name, action, s.actionDefaults(), "")
}
