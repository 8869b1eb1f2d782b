package mockserver

import (
	"net/http"
	"strings"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

func (s *Server) listHosts(w http.ResponseWriter, r *http.Request, _ role) error {
	page, perPage, err := pageOf(r, 100)
	if err != nil {
		return err
	}
	filter := store.Filter{Query: strings.ToLower(r.URL.Query().Get("query")), Page: page, PerPage: perPage}
	if text := r.URL.Query().Get("needs_mdm_migration"); text != "" {
		flags, err := readFlags(r, "needs_mdm_migration")
		if err != nil {
			return err
		}
		filter.Match = func(h store.Host) bool { return s.prompted(h) == flags["needs_mdm_migration"] }
	}
	found, count := s.store.Hosts(filter)
	hosts := make([]map[string]any, 0, len(found))
	for _, h := range found {
		hosts = append(hosts, s.hostJSON(h))
	}
	wire.JSON(w, http.StatusOK, map[string]any{
		"hosts": hosts, "count": count, "meta": pageMeta(page, (page+1)*perPage < count),
	})
	return nil
}

func (s *Server) getHost(w http.ResponseWriter, r *http.Request, _ role) error {
	host, err := s.store.ByAny(r.PathValue("id"))
	if err != nil {
		return wire.NotFound("Host")
	}
	h := host.Get()
	body := s.hostJSON(h)
	body["migration"] = s.migrationJSON(h)
	wire.JSON(w, http.StatusOK, map[string]any{"host": body})
	return nil
}
