package daemon

import (
	"time"

	"fleetmigrate/agent/host"
)

// attempts is what was tried, on disk.
type attempts struct {
	host.Renew
	Failures int       `json:"failures,omitempty"` // in a row
	Asked    time.Time `json:"asked,omitzero"`     // the person's last wish that was served
}

func (r *Renewer) keep() {
	if err := save(r.path, r.done, modeSecret); err != nil {
		r.log.Error().Err(err).Msg("the record of renewals can't be written")
	}
}

func (r *Renewer) show(why string, next time.Time) {
	r.board.Set(func(s *Status) {
		s.Renew = RenewStatus{Wanted: r.wanted, Why: why, Renew: r.done.Renew}
		if r.wanted {
			s.Renew.NextAt = next.UTC()
		}
	})
}
