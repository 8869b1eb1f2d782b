package mockserver

import (
	"context"
	"errors"
	"net/http"
	"time"

	"fleetmigrate/testdata/mockserver/appconfig"
	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/webhook"
	"fleetmigrate/testdata/mockserver/wire"
)

// migrateMDM makes the server tell the old MDM to let the host go. The checks
// come in Fleet's order: token, body, MDM on, license, the three-minute window
// (before any question of whether the host may), the mdm row, the settings and
// eligibility, and then the webhook.
func (s *Server) migrateMDM(w http.ResponseWriter, r *http.Request, host store.Ref) error {
	if err := ignorableBody(r); err != nil {
		return err
	}
	if s.cfg.MDMOff {
		return wire.MDMOff()
	}
	if !s.premium() {
		return wire.License()
	}
	err := s.trigger(r.Context(), host)
	if err := errors.Join(err, s.rememberTrigger(host, err)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// trigger sends at most one webhook per host at a time. Fleet has no such lock
// and sends five for five calls at once; here a caller waits for the one before
// it and then finds the window open.
func (s *Server) trigger(ctx context.Context, host store.Ref) error {
	select {
	case host.Trigger() <- struct{}{}:
	case <-ctx.Done():
		return wire.Base(499, "Client Closed Request", ctx.Err().Error())
	}
	defer func() { <-host.Trigger() }()

	h, cfg := host.Get(), s.store.Config().MDM.MacOSMigration
	if h.InWindow(s.now()) {
		return nil
	}
	if err := mayMigrate(h, cfg); err != nil {
		return err
	}
	return s.deliver(ctx, host, h, cfg.WebhookURL)
}

// refusal is a 400 without a reason, as Fleet sends it; cause is for the admin.
type refusal struct {
	answer *wire.Error
	cause  string
}

func (r *refusal) Error() string { return r.cause }
func (r *refusal) Unwrap() error { return r.answer }

// mayMigrate returns why not. When several checks fail, the last one counts.
func mayMigrate(h store.Host, cfg appconfig.MacOSMigration) error {
	if h.MDM == nil {
		return wire.NotFound("MDM information of the host")
	}
	eligible, err := h.Eligible()
	if err != nil {
		return err
	}
	var cause string
	switch {
	case !eligible:
		cause = "host not eligible for macOS migration"
	case cfg.WebhookURL == "":
		cause = "macOS migration webhook URL not configured"
	case !cfg.Enable:
		cause = "macOS migration not enabled"
	default:
		return nil
	}
	return &refusal{answer: wire.BadRequest(""), cause: cause}
}

// deliver sends the webhook, keeps what came of it, and opens the window after a success.
func (s *Server) deliver(ctx context.Context, host store.Ref, h store.Host, url string) error {
	at := s.now().UTC()
	result := s.cfg.Webhook.Send(ctx, url, webhook.Payload{Timestamp: at,
		Host: webhook.Host{ID: h.ID, UUID: h.UUID, HardwareSerial: h.HardwareSerial}})
	attempt := store.Attempt{At: at, URL: webhook.Mask(url), Status: result.Status,
		Body: result.Body, DurationMS: result.Duration.Milliseconds()}
	if result.Err != nil {
		attempt.Error = result.Err.Error()
	}
	_, err := s.store.Update(host, func(h *store.Host) error {
		h.AddAttempt(attempt)
		if result.Err == nil {
			h.OpenWindow(s.now())
		}
		return nil
	})
	return errors.Join(webhookError(result), err, s.auditTrigger(h, attempt))
}

// webhookError passes a receiver's status through to the device, as Fleet does;
// no answer at all is a 500.
func webhookError(r webhook.Result) error {
	if r.Err == nil {
		return nil
	}
	e := wire.Internal(r.Err.Error())
	if r.Status >= 300 { // below are statuses that no answer may end with
		e.Status = r.Status
	}
	e.NoUUID = true
	return e
}

func (s *Server) auditTrigger(h store.Host, a store.Attempt) error {
	return s.store.AddActivity(store.Activity{Type: "triggered_macos_migration", Details: map[string]any{
		"host_id": h.ID, "host_serial": h.HardwareSerial, "host_display_name": h.DisplayName(),
		"webhook_url": a.URL, "webhook_status": a.Status, "error": a.Error,
	}})
}

// rememberTrigger keeps for the admin what the device was told, and the cause that it was not told.
func (s *Server) rememberTrigger(host store.Ref, err error) error {
	last := store.Trigger{At: s.now().UTC().Truncate(time.Millisecond), Status: http.StatusNoContent}
	if err != nil {
		last.Status, last.Reason = http.StatusInternalServerError, err.Error()
		var e *wire.Error
		if errors.As(err, &e) {
			last.Status = e.Status
		}
	}
	h, err := s.store.Update(host, func(h *store.Host) error {
		h.LastTrigger = last
		return nil
	})
	s.journal.event(last.At, "migrate_mdm", map[string]any{"host_id": h.ID, "host_serial": h.HardwareSerial,
		"status": last.Status, "reason": last.Reason})
	return err
}
