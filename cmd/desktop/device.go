package main

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"sync"

	"fleetmigrate/agent"
	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
)

// device is the client of the server that is configured now. It is made anew
// when the configuration changes, and says what is missing while it can't be.
type device struct {
	cfg     config
	version string

	mu     sync.Mutex
	made   deviceclient.Config
	client *deviceclient.Client
	err    error
}

func newDevice(cfg config, version string) *device {
	return &device{cfg: cfg, version: version, err: agent.ErrNoURL}
}

func (d *device) configure(p policy.Policy) {
	c := deviceclient.Config{
		ServerURL: p.FleetURL, RootCA: p.RootCA, Insecure: p.Insecure, BrowserHost: p.BrowserHost,
		ClientCert: d.cfg.ClientCert, ClientKey: d.cfg.ClientKey, UserAgent: "fleet-migrate-desktop/" + d.version,
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.client != nil && reflect.DeepEqual(c, d.made) {
		return
	}
	d.made = c
	d.make()
}

// make needs the lock. It reads files, a root CA for one, so that what failed
// may work a moment later.
func (d *device) make() {
	d.client, d.err = nil, agent.ErrNoURL
	if c := d.made; c.ServerURL != "" {
		c.Token = func() (string, error) { return readToken(d.cfg.TokenFile) }
		if d.client, d.err = deviceclient.New(c); d.err != nil {
			d.err = fmt.Errorf("%w: %w", agent.ErrNoURL, d.err)
		}
	}
}

func (d *device) get() (*deviceclient.Client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.client == nil {
		d.make()
	}
	return d.client, d.err
}

// Summary implements agent.Device.
func (d *device) Summary(ctx context.Context) (*deviceclient.Summary, error) {
	c, err := d.get()
	if err != nil {
		return nil, err
	}
	return c.Summary(ctx)
}

// MigrateMDM implements agent.Device.
func (d *device) MigrateMDM(ctx context.Context) error {
	c, err := d.get()
	if err != nil {
		return err
	}
	return c.MigrateMDM(ctx)
}

// httpClient is for what else comes from the server's side, with the same TLS settings.
func (d *device) httpClient() (*http.Client, error) {
	c, err := d.get()
	if err != nil {
		return nil, err
	}
	return c.HTTPClient(), nil
}
