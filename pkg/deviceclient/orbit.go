package deviceclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Orbit calls the endpoints of the root daemon, with a node key in the body.
type Orbit struct{ server }

// NewOrbit checks the configuration and gives a client; it makes no call.
func NewOrbit(c Config) (*Orbit, error) {
	s, err := newServer(c)
	if err != nil {
		return nil, err
	}
	return &Orbit{s}, nil
}

// EnrollRequest is how a host introduces itself. EnrollSecret is a secret.
type EnrollRequest struct {
	EnrollSecret      string `json:"enroll_secret"`
	HardwareUUID      string `json:"hardware_uuid"`
	HardwareSerial    string `json:"hardware_serial"`
	Hostname          string `json:"hostname"`
	Platform          string `json:"platform"`
	OsqueryIdentifier string `json:"osquery_identifier"`
	ComputerName      string `json:"computer_name"`
	HardwareModel     string `json:"hardware_model"`
}

// OrbitConfig is the part of the server's configuration that this agent acts on.
type OrbitConfig struct {
	Notifications Notifications `json:"notifications"`
}

// Ping asks whether a Fleet server is there.
func (o *Orbit) Ping(ctx context.Context) error {
	return wrap("pinging the server", o.call(ctx, request{method: http.MethodHead, path: "/api/fleet/orbit/ping"}))
}

// Enroll gives the node key, a secret.
func (o *Orbit) Enroll(ctx context.Context, r EnrollRequest) (string, error) {
	var reply struct {
		NodeKey string `json:"orbit_node_key"`
	}
	err := o.post(ctx, "/api/fleet/orbit/enroll", r, &reply, r.EnrollSecret)
	if err == nil && reply.NodeKey == "" {
		err = errors.New("the server gave no node key")
	}
	return reply.NodeKey, wrap("enrolling", err)
}

// Config asks what the server wants of this host.
func (o *Orbit) Config(ctx context.Context, nodeKey string) (*OrbitConfig, error) {
	var c OrbitConfig
	err := o.post(ctx, "/api/fleet/orbit/config", map[string]string{"orbit_node_key": nodeKey}, &c, nodeKey)
	if err != nil {
		return nil, wrap("reading the configuration", err)
	}
	return &c, nil
}

// SetDeviceToken registers a device token for this host.
func (o *Orbit) SetDeviceToken(ctx context.Context, nodeKey, token string) error {
	body := map[string]string{"orbit_node_key": nodeKey, "device_auth_token": token}
	return wrap("registering the device token", o.post(ctx, "/api/fleet/orbit/device_token", body, &struct{}{}, nodeKey, token))
}

func (s server) post(ctx context.Context, path string, body, into any, secrets ...string) error {
	return s.call(ctx, request{method: http.MethodPost, path: path, body: body, into: into, secrets: secrets})
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
