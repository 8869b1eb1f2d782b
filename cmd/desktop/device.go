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
// when the configuration or the root CA file changes, and says what is missing
// while it can't be.
type device struct {
	cfg     config
	version string

	mu     sync.Mutex
	made   deviceclient.Config
	trusts deviceclient.RootMark // the root CA file that client was made with
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
	d.made, d.client = c, nil
	d.make()
}

// make needs the lock. It reads the root CA file, so that what failed may work
// a moment later. A client that there is goes only when there is another.
func (d *device) make() {
	c := d.made
	if c.ServerURL == "" {
		d.err = agent.ErrNoURL
		return
	}
	trusts := deviceclient.MarkRoot(c.RootCA)
	c.Token = func() (string, error) { return readToken(d.cfg.TokenFile) }
	switch client, err := deviceclient.New(c); {
	case err == nil:
		d.client, d.trusts, d.err = client, trusts, nil
	case d.client == nil:
		d.err = fmt.Errorf("%w: %w", agent.ErrNoURL, err)
	}
}

func (d *device) get() (*deviceclient.Client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.client == nil || deviceclient.MarkRoot(d.made.RootCA) != d.trusts {
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
