package mockserver

import (
	"errors"
	"net/http"
	"net/url"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

func (s *Server) orbitDeviceToken(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Key   string `json:"orbit_node_key"`
		Token string `json:"device_auth_token"`
	}
	host, err := s.orbitCall(w, r, &req, &req.Key)
	if err != nil {
		wire.Fail(w, err)
		return
	}
	if err := s.setDeviceToken(host, req.Token); err != nil {
		failOrbitToken(w, err)
		return
	}
	wire.JSON(w, http.StatusOK, struct{}{})
}

func (s *Server) setDeviceToken(host store.Ref, token string) error {
	if token == "" {
		return wire.BadRequest("device auth token cannot be empty")
	}
	if url.QueryEscape(token) != token {
		return wire.BadRequest("device auth token contains invalid characters")
	}
	err := s.store.SetToken(host, token)
	if errors.Is(err, store.ErrTokenConflict) {
		// Fleet 4.57 says 200 here when the host had no token of its own, and
		// changes nothing; an agent would go on with a token that is not its own.
		conflict := wire.Base(http.StatusConflict, err.Error(), err.Error())
		conflict.NoUUID = true
		return conflict
	}
	return err
}

// failOrbitToken answers a store failure in osquery's form, as Fleet does on this endpoint.
func failOrbitToken(w http.ResponseWriter, err error) {
	var known *wire.Error
	if errors.As(err, &known) {
		wire.Fail(w, err)
		return
	}
	failOsquery(w, http.StatusInternalServerError, "internal error: failed to set or update device auth token: "+err.Error(), false)
}
