package mockserver

import (
	"net/http"
	"strings"

	"fleetmigrate/testdata/mockserver/wire"
)

func isAPI(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/control/")
}

// routes is the whole surface, one line per endpoint.
func (s *Server) routes() {
	h := s.router.Handle

	h("HEAD /api/fleet/device/ping", s.pingDevice)
	h("HEAD /api/{v}/fleet/device/{token}/ping", s.device(s.pingDeviceToken))
	h("GET /api/{v}/fleet/device/{token}", s.device(s.deviceHost))
	h("GET /api/{v}/fleet/device/{token}/desktop", s.device(s.deviceSummary))
	h("GET /api/{v}/fleet/device/{token}/policies", s.device(s.devicePolicies))
	h("POST /api/{v}/fleet/device/{token}/refetch", s.device(s.deviceRefetch))
	h("POST /api/{v}/fleet/device/{token}/migrate_mdm", s.device(s.migrateMDM))
	h("GET /api/{v}/fleet/device/{token}/mdm/apple/manual_enrollment_profile", s.device(s.manualEnrollmentProfile))
	h("GET /api/{v}/fleet/device/{token}/transparency", s.device(s.transparency))
	h("POST /api/{v}/fleet/device/{token}/debug/errors", s.device(s.debugErrors))

	h("HEAD /api/fleet/orbit/ping", s.pingOrbit)
	h("POST /api/fleet/orbit/enroll", s.orbitEnroll)
	h("POST /api/fleet/orbit/config", s.orbitConfig)
	h("POST /api/fleet/orbit/device_token", s.orbitDeviceToken)

	for _, prefix := range []string{"/api/osquery", "/api/v1/osquery"} {
		h("POST "+prefix+"/enroll", s.osqueryEnroll)
		h("POST "+prefix+"/config", s.osqueryConfig)
		h("POST "+prefix+"/log", s.osqueryLog)
		h("POST "+prefix+"/distributed/read", s.distributedRead)
		h("POST "+prefix+"/distributed/write", s.distributedWrite)
	}

	h("GET /api/{v}/fleet/config", s.user(canRead, s.getConfig))
	h("PATCH /api/{v}/fleet/config", s.user(canWriteConfig, s.patchConfig))
	h("GET /api/{v}/fleet/me", s.user(canLogin, s.me))
	h("GET /api/{v}/fleet/hosts", s.user(canRead, s.listHosts))
	h("GET /api/{v}/fleet/hosts/{id}", s.user(canRead, s.getHost))
	h("GET /api/{v}/fleet/activities", s.user(canRead, s.listActivities))
	for action := range hostActions {
		h("POST /api/{v}/fleet/hosts/{id}/"+action, s.user(canActOnHosts, s.hostAction(action)))
	}
}

// endpoint is a handler that may refuse.
type endpoint func(w http.ResponseWriter, r *http.Request) error

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		wire.Fail(w, err)
	}
}
