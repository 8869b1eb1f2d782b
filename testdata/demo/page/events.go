package page

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"fleetmigrate/agent"
	"fleetmigrate/agent/host"
	"fleetmigrate/testdata/demo/stack"
	"fleetmigrate/testdata/demo/tray"
	standin "fleetmigrate/testdata/swiftdialog"
)

// state is all that the page shows but the log.
type state struct {
	ServerURL string          `json:"server_url"`
	Token     string          `json:"admin_token"` // of this demo, for the full settings pages
	Config    json.RawMessage `json:"config"`
	Mac       host.Facts      `json:"mac"`
	Menu      []tray.Entry    `json:"menu"` // null while no program is in the tray
	RealTray  bool            `json:"real_tray"`
	Dialog    *standin.Open   `json:"dialog"`
	Step      string          `json:"step"`
	Alert     bool            `json:"alert"`
}

// events sends the state and the log, from the start and as they change.
func (p *Page) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	stream := stream{w, http.NewResponseController(w)}
	sent, last := 0, ""
	for {
		changed := p.stack.Changed()
		lines, _ := p.stack.Log.From(sent)
		for _, line := range lines {
			if stream.send("line", line) != nil {
				return
			}
		}
		sent += len(lines)
		now := p.state(r.Context())
		if encoded, err := json.Marshal(now); err == nil && string(encoded) != last {
			last = string(encoded)
			if stream.send("state", now) != nil {
				return
			}
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s stream) send(event string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", event, data); err != nil {
		return err
	}
	return s.control.Flush()
}

func (p *Page) state(ctx context.Context) state {
	s := state{ServerURL: p.stack.Server, Token: p.stack.AdminToken, Dialog: p.stack.Window(), RealTray: p.stack.Tray == nil}
	s.Mac, _ = p.stack.Mac() // an unreadable file shows as an empty Mac
	if config, err := p.stack.Admin(ctx, http.MethodGet, "/api/latest/fleet/config", nil); err == nil {
		s.Config = config
	}
	if p.stack.Tray != nil {
		s.Menu = p.stack.Menu(ctx)
	}
	s.Step = step(p.stack, s.Mac)
	return s
}

// step is how far the Mac is, for the line on top.
func step(s *stack.Stack, mac host.Facts) string {
	status := s.Status()
	switch {
	case mac.Enrollment.Enrolled && status.InFleet:
		return "fleet"
	case !mac.Enrollment.Enrolled:
		return "gap"
	case status.State == agent.Requesting, status.State == agent.Unenrolling:
		return "leaving"
	case status.Wanted:
		return "offered"
	}
	return "old"
}
