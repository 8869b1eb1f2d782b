package agent

import (
	"errors"
	"net/http"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
)

// linkOf says how the server is in reach after a poll failed.
func linkOf(err error) Link {
	switch {
	case errors.Is(err, ErrNoURL):
		return NoURL
	case errors.Is(err, deviceclient.ErrNoToken):
		return NoToken
	case errors.Is(err, deviceclient.ErrUnauthenticated):
		return Refused
	case errors.Is(err, deviceclient.ErrMissingLicense):
		return Unlicensed
	case deviceclient.IsOffline(err):
		return Offline
	default:
		return Unreachable
	}
}

// outcome reads an answer to migrate_mdm. What the server refuses ends the
// attempt; what may be better a moment later is tried again.
func outcome(err error) Outcome {
	o := Outcome{OK: err == nil, Status: deviceclient.StatusOf(err), RetryAfter: deviceclient.RetryAfter(err)}
	switch {
	case err == nil:
	case o.Status == http.StatusBadRequest:
		o.Reason = prompt.ReasonEligible
	case o.Status == http.StatusTooManyRequests, o.Status >= http.StatusInternalServerError:
		o.Reason, o.Retry = prompt.ReasonServer, true
	case o.Status >= http.StatusBadRequest, errors.Is(err, deviceclient.ErrNoToken), errors.Is(err, ErrNoURL):
		o.Reason = prompt.ReasonRefused
	case deviceclient.IsOffline(err):
		o.Reason, o.Retry = prompt.ReasonOffline, true
	default: // a time-out, or an answer that no Fleet server gives
		o.Reason, o.Retry = prompt.ReasonServer, true
	}
	return o
}
