package mockserver

import (
	"net/http"

	"github.com/google/uuid"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// failOsquery answers in the error form of the osquery endpoints. nodeInvalid
// tells the agent to enroll again.
func failOsquery(w http.ResponseWriter, status int, text string, nodeInvalid bool) {
	body := map[string]any{"error": text, "uuid": uuid.NewString()}
	if nodeInvalid {
		body["node_invalid"] = true
	}
	encoded, _ := wire.Encode(body) // strings only: it cannot fail
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(encoded)
}

type osqueryEnrollRequest struct {
	EnrollSecret   string                       `json:"enroll_secret"`
	HostIdentifier string                       `json:"host_identifier"`
	HostDetails    map[string]map[string]string `json:"host_details"`
}

// osqueryEnroll makes or finds the host. host_details, where given, count as the first vitals.
func (s *Server) osqueryEnroll(w http.ResponseWriter, r *http.Request) {
	var req osqueryEnrollRequest
	if err := decode(w, r, &req); err != nil {
		wire.Fail(w, err)
		return
	}
	if s.limiter.refuses(r) {
		wire.Fail(w, wire.LimitExceeded("0"))
		return
	}
	if !s.secretOK(req.EnrollSecret) {
		s.limiter.failed(r)
		failOsquery(w, http.StatusUnauthorized, "enroll failed: no matching secret found", true)
		return
	}
	if req.HostIdentifier == "" {
		failOsquery(w, http.StatusBadRequest, "enroll failed: host_identifier is empty", false)
		return
	}
	id := identityOf(req.HostDetails["system_info"], req.HostDetails["os_version"])
	id.OsqueryHostID = req.HostIdentifier
	if id.UUID == "" {
		id.UUID = req.HostIdentifier
	}
	key, err := s.store.EnrollOsquery(id)
	if err != nil {
		failOsquery(w, http.StatusInternalServerError, "enroll failed: "+err.Error(), false)
		return
	}
	wire.JSON(w, http.StatusOK, map[string]string{"node_key": key})
}

type nodeKeyRequest struct {
	NodeKey string `json:"node_key"`
}

// osqueryHost decodes into req and finds the host of key. It has answered when ok is false.
func (s *Server) osqueryHost(w http.ResponseWriter, r *http.Request, req any, key *string) (host store.Ref, ok bool) {
	if err := decode(w, r, req); err != nil {
		wire.Fail(w, err)
		return host, false
	}
	host, err := s.store.ByNodeKey(*key)
	if err != nil {
		failOsquery(w, http.StatusUnauthorized, "authentication error: invalid node key", true)
		return host, false
	}
	host.Look(func(h *store.Host) { h.SeenAt = s.now() })
	return host, true
}

// osqueryConfig sends the agent options of a new Fleet installation.
func (s *Server) osqueryConfig(w http.ResponseWriter, r *http.Request) {
	var req nodeKeyRequest
	if _, ok := s.osqueryHost(w, r, &req, &req.NodeKey); !ok {
		return
	}
	wire.JSON(w, http.StatusOK, map[string]any{
		"decorators": map[string]any{"load": []string{"SELECT uuid AS host_uuid FROM system_info;", "SELECT hostname AS hostname FROM system_info;"}},
		"options": map[string]any{
			"disable_distributed": false, "distributed_interval": 10, "distributed_plugin": "tls",
			"distributed_tls_max_attempts": 3, "logger_tls_endpoint": "/api/osquery/log",
			"logger_tls_period": 10, "pack_delimiter": "/",
		},
	})
}

// osqueryLog takes logs and keeps none: the migration reads none.
func (s *Server) osqueryLog(w http.ResponseWriter, r *http.Request) {
	var req nodeKeyRequest
	if _, ok := s.osqueryHost(w, r, &req, &req.NodeKey); ok {
		wire.JSON(w, http.StatusOK, struct{}{})
	}
}
