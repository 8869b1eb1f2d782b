package page

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

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
	Webhook   string          `json:"webhook"`     // of the old MDM
	Config    json.RawMessage `json:"config"`
	Mac       host.Facts      `json:"mac"`
	Menu      []tray.Entry    `json:"menu"` // null while no program is in the tray
	RealTray  bool            `json:"real_tray"`
	Dialog    *standin.Open   `json:"dialog"`
	Step      string          `json:"step"`
}

// events sends the state and the log, from the start and as they change.
func (p *Page) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	stream := stream{w, http.NewResponseController(w)}
	sent, last := 0, ""
	var config json.RawMessage
	for {
		changed := p.stack.Changed()
		lines, _ := p.stack.Log.From(sent)
		sent += len(lines)
		if config == nil || slices.ContainsFunc(lines, edits) {
			config = p.config(r.Context())
		}
		for _, line := range lines {
			if !dull(line) && stream.send("line", line) != nil {
				return
			}
		}
		now := p.state(r.Context())
		now.Config = config
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

// edits reports that somebody changed the settings.
func edits(l stack.Line) bool { return strings.HasPrefix(l.Text, "edited_") }

// dull reports what only this page asks, and queries that brought no work.
func dull(l stack.Line) bool {
	return l.Source == "server" && (strings.HasPrefix(l.Text, "GET /api/latest/fleet/config") || strings.HasPrefix(l.Text, "POST /api/osquery/distributed/read"))
}

func (p *Page) config(ctx context.Context) json.RawMessage {
	config, err := p.stack.Admin(ctx, http.MethodGet, "/api/latest/fleet/config", nil)
	if err != nil {
		return nil // it is asked again at the next change
	}
	return config
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
	s := state{ServerURL: p.stack.Server, Token: p.stack.AdminToken, Webhook: p.stack.Webhook, Dialog: p.stack.Window(), RealTray: p.stack.Tray == nil}
	s.Mac, _ = p.stack.Mac() // an unreadable file shows as an empty Mac
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
