// Package fleetd stands in for what Fleet's own agent does on a Mac beside its
// desktop: it enrolls, registers a device token, leaves it in a file, and
// answers osquery's distributed queries from the JSON file that stands for the
// Mac. With it the desktop runs in companion mode.
//
// Its JSON is written apart from the agent's client on purpose: the wire
// contract is then checked from both sides.
package fleetd

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/host"
)

// Config is all that a fleetd needs.
type Config struct {
	Server     string // URL
	Secret     string // to enroll with
	Mac        string // file that stands for the Mac
	Identifier string // file that gets the device token
	Interval   time.Duration
}

// Fleetd is one enrolled Mac.
type Fleetd struct {
	cfg    Config
	log    zerolog.Logger
	client *http.Client
	orbit  string // node keys
	node   string
	token  time.Time // when the device got it
}

// tokenFor is how long a device token is used: the server takes it for an hour.
const tokenFor = 50 * time.Minute

// New makes a fleetd; nothing happens before Run.
func New(cfg Config, log zerolog.Logger) *Fleetd {
	return &Fleetd{cfg: cfg, log: log, client: &http.Client{Timeout: 10 * time.Second}}
}

// Run enrolls and then answers queries until ctx ends.
func (f *Fleetd) Run(ctx context.Context) error {
	every := time.NewTicker(f.cfg.Interval)
	defer every.Stop()
	for enrolled := false; ; {
		if !enrolled {
			err := f.enroll(ctx)
			enrolled = err == nil
			f.report(err)
		} else {
			f.report(f.answer(ctx))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

func (f *Fleetd) report(err error) {
	if err != nil {
		f.log.Warn().Err(err).Msg("the server is asked again")
	}
}

// enroll makes both agents known and registers a token before anybody uses it.
func (f *Fleetd) enroll(ctx context.Context) error {
	mac, err := host.NewFile(f.cfg.Mac).Facts(ctx)
	if err != nil {
		return err
	}
	var answer struct {
		Orbit string `json:"orbit_node_key"`
		Node  string `json:"node_key"`
	}
	err = f.post(ctx, "/api/fleet/orbit/enroll", map[string]any{"enroll_secret": f.cfg.Secret, "hardware_uuid": mac.HardwareUUID,
		"hardware_serial": mac.HardwareSerial, "hardware_model": mac.HardwareModel, "hostname": mac.ComputerName, "computer_name": mac.ComputerName,
		"platform": "darwin", "osquery_identifier": mac.HardwareUUID}, &answer)
	if err != nil {
		return err
	}
	f.orbit = answer.Orbit
	if err := f.giveToken(ctx); err != nil {
		return err
	}
	err = f.post(ctx, "/api/osquery/enroll", map[string]any{"enroll_secret": f.cfg.Secret, "host_identifier": mac.HardwareUUID}, &answer)
	if err != nil {
		return err
	}
	f.node = answer.Node
	f.log.Info().Str("serial", mac.HardwareSerial).Msg("enrolled at the Fleet server")
	return nil
}

// giveToken registers a device token and leaves it where the desktop looks.
func (f *Fleetd) giveToken(ctx context.Context) error {
	token := uuid.NewString()
	if err := f.post(ctx, "/api/fleet/orbit/device_token", map[string]any{"orbit_node_key": f.orbit, "device_auth_token": token}, nil); err != nil {
		return err
	}
	f.token = time.Now()
	return atomicfile.Write(f.cfg.Identifier, []byte(token), 0o600)
}

// answer asks for queries and answers those that are due.
func (f *Fleetd) answer(ctx context.Context) error {
	if time.Since(f.token) > tokenFor {
		if err := f.giveToken(ctx); err != nil {
			return err
		}
	}
	var work struct {
		Queries map[string]string `json:"queries"`
	}
	if err := f.post(ctx, "/api/osquery/distributed/read", map[string]any{"node_key": f.node}, &work); err != nil {
		return err
	}
	if len(work.Queries) == 0 {
		return nil
	}
	mac, err := host.NewFile(f.cfg.Mac).Facts(ctx)
	if err != nil {
		return fmt.Errorf("answering the server: %w", err)
	}
	results, statuses := map[string]any{}, map[string]int{}
	for name := range work.Queries {
		rows, ok := rowsOf(name, mac)
		results[name], statuses[name] = rows, 0
		if !ok {
			statuses[name] = 1
		}
	}
	return f.post(ctx, "/api/osquery/distributed/write", map[string]any{"node_key": f.node, "queries": results, "statuses": statuses}, nil)
}
