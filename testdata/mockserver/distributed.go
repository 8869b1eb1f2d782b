package mockserver

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"fleetmigrate/testdata/mockserver/appconfig"
	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// vitalsInterval is how often details, labels and policies are due.
const vitalsInterval = time.Hour

// The prefixes that tell what a distributed query is for.
const (
	detailPrefix = "fleet_detail_query_"
	labelPrefix  = "fleet_label_query_"
	policyPrefix = "fleet_policy_query_"
	noPolicies   = "fleet_no_policies_wildcard"
)

type vitalsQuery struct{ sql, discovery string }

const alwaysRun = "SELECT 1"

// criticalQuery is the only one that is asked inside the refetch window.
const criticalQuery = "mdm"

// detailQueries are the vitals of a Mac that the migration needs. The mdm table
// comes from an extension, so its discovery query asks whether it is there.
var detailQueries = map[string]vitalsQuery{
	criticalQuery: {
		"select enrolled, server_url, installed_from_dep, payload_identifier from mdm;",
		"SELECT 1 FROM osquery_registry WHERE active = true AND registry = 'table' AND name = 'mdm'",
	},
	"os_version":   {"select name, version, major, minor, patch, build, platform from os_version;", alwaysRun},
	"system_info":  {"select * from system_info limit 1", alwaysRun},
	"osquery_info": {"select * from osquery_info limit 1", alwaysRun},
	"uptime":       {"select * from uptime limit 1", alwaysRun},
}

// labelQueries are those of the built-in labels that a Mac can be in.
var labelQueries = map[string]string{
	"1": "select 1 from os_version where platform = 'darwin';",
	"2": "select 1 from osquery_info;",
}

type distributedWork struct {
	Queries    map[string]string `json:"queries"`
	Discovery  map[string]string `json:"discovery"`
	Accelerate uint              `json:"accelerate,omitempty"`
}

func (d *distributedWork) add(name string, q vitalsQuery) {
	d.Queries[name], d.Discovery[name] = q.sql, q.discovery
}

// distributedRead tells the host what to answer. There is no push: this decides
// on every read what is due.
func (s *Server) distributedRead(w http.ResponseWriter, r *http.Request) {
	var req nodeKeyRequest
	host, ok := s.osqueryHost(w, r, &req, &req.NodeKey)
	if !ok {
		return
	}
	wire.JSON(w, http.StatusOK, s.due(host.Get(), s.store.Config().Features))
}

func (s *Server) due(h store.Host, features appconfig.Features) distributedWork {
	now := s.now()
	work := distributedWork{Queries: map[string]string{}, Discovery: map[string]string{}}
	late := func(t time.Time) bool { return h.RefetchRequested || now.Sub(t) >= vitalsInterval }
	switch {
	case late(h.DetailUpdatedAt):
		for name := range detailQueries {
			addDetail(&work, name, features)
		}
	case h.InWindow(now):
		addDetail(&work, criticalQuery, features)
	}
	if late(h.LabelUpdatedAt) {
		for id, sql := range labelQueries {
			work.add(labelPrefix+id, vitalsQuery{sql, alwaysRun})
		}
	}
	if late(h.PolicyUpdatedAt) {
		work.add(noPolicies, vitalsQuery{"SELECT 1", alwaysRun})
	}
	if h.Hostname == "" && h.OSVersion == "" {
		work.Accelerate = 10 // seconds: a new host is asked again soon
	}
	return work
}

// addDetail adds a vitals query, or what features.detail_query_overrides put in
// its place: other SQL, or null for not at all.
func addDetail(work *distributedWork, name string, features appconfig.Features) {
	q := detailQueries[name]
	if override, ok := features.DetailQueryOverrides[name]; ok {
		if override == nil || *override == "" {
			return
		}
		q.sql = *override
	}
	work.add(detailPrefix+name, q)
}

type distributedResults struct {
	NodeKey  string                     `json:"node_key"`
	Queries  map[string]json.RawMessage `json:"queries"`
	Statuses map[string]json.RawMessage `json:"statuses"`
	Messages map[string]string          `json:"messages"`
	Stats    map[string]json.RawMessage `json:"stats"`
}

// distributedWrite takes answers. A query that failed on the host, or a row
// that can't be read, changes nothing; the others still count.
func (s *Server) distributedWrite(w http.ResponseWriter, r *http.Request) {
	var req distributedResults
	host, ok := s.osqueryHost(w, r, &req, &req.NodeKey)
	if !ok {
		return
	}
	results, err := req.rows()
	if err != nil {
		wire.Fail(w, err)
		return
	}
	if err := s.ingest(host, results); err != nil {
		failOsquery(w, http.StatusInternalServerError, "internal error: "+err.Error(), false)
		return
	}
	wire.JSON(w, http.StatusOK, struct{}{})
}

type row = map[string]string

// rows decodes all results of queries that succeeded. "" stands for no rows.
func (d distributedResults) rows() (map[string][]row, error) {
	out := map[string][]row{}
	for name, raw := range d.Queries {
		failed, err := statusFailed(d.Statuses[name])
		if err != nil {
			return nil, err
		}
		if failed {
			continue
		}
		var rows []row
		if string(raw) != `""` {
			if err := json.Unmarshal(raw, &rows); err != nil {
				return nil, wire.Undecodable(reasonDecoder)
			}
		}
		out[name] = rows
	}
	return out, nil
}

// statusFailed reads osquery's status: a number, or a number as text. None is success.
func statusFailed(raw json.RawMessage) (bool, error) {
	text := strings.Trim(string(raw), `"`)
	switch {
	case text == "" || text == "null" || text == "0":
		return false, nil
	case strings.Trim(text, "-0123456789") == "":
		return true, nil
	}
	return false, wire.Undecodable(reasonDecoder)
}
