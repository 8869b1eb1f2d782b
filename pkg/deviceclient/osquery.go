package deviceclient

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// OsqueryEnrollRequest is how a host introduces itself to the osquery
// endpoints. HostDetails are osquery's tables by name, one row each.
type OsqueryEnrollRequest struct {
	EnrollSecret   string                       `json:"enroll_secret"`
	HostIdentifier string                       `json:"host_identifier"`
	HostDetails    map[string]map[string]string `json:"host_details"`
}

// OsqueryOptions is the part of osquery's configuration that this agent acts on.
type OsqueryOptions struct {
	DistributedInterval time.Duration // between two reads of queries; 0 where the server does not say, or not in a way that counts
}

// DistributedQueries are what the server wants answered now. A query counts
// only where its discovery query has rows.
type DistributedQueries struct {
	Queries   map[string]string `json:"queries"`
	Discovery map[string]string `json:"discovery"`
}

// DistributedResults are the answers: rows by query, and a status, where 0 is
// good and anything else keeps the rows from being read.
type DistributedResults struct {
	Queries  map[string][]map[string]string `json:"queries"`
	Statuses map[string]int                 `json:"statuses"`
	Messages map[string]string              `json:"messages,omitempty"`
}

// OsqueryEnroll gives osquery's node key, a secret.
func (o *Orbit) OsqueryEnroll(ctx context.Context, r OsqueryEnrollRequest) (string, error) {
	var reply struct {
		NodeKey     string `json:"node_key"`
		NodeInvalid bool   `json:"node_invalid"`
	}
	err := o.osquery(ctx, "/api/osquery/enroll", r, &reply, r.EnrollSecret)
	if err == nil && (reply.NodeInvalid || reply.NodeKey == "") {
		err = ErrUnauthenticated
	}
	return reply.NodeKey, wrap("enrolling for queries", err)
}

// OsqueryConfig asks for osquery's configuration. What this agent does not act
// on may have any form, and changes nothing.
func (o *Orbit) OsqueryConfig(ctx context.Context, nodeKey string) (*OsqueryOptions, error) {
	var reply struct {
		Options     json.RawMessage `json:"options"`
		NodeInvalid bool            `json:"node_invalid"`
	}
	err := o.osquery(ctx, "/api/osquery/config", map[string]string{"node_key": nodeKey}, &reply, nodeKey)
	if err == nil && reply.NodeInvalid {
		err = ErrNodeInvalid
	}
	if err != nil {
		return nil, wrap("reading osquery's configuration", err)
	}
	var options map[string]json.RawMessage
	_ = json.Unmarshal(reply.Options, &options) // options that are none say nothing
	return &OsqueryOptions{DistributedInterval: seconds(options["distributed_interval"])}, nil
}

// seconds reads one of osquery's numbers, which Fleet takes as text too; 0 where
// it is none, or more than 31 bits hold.
func seconds(raw json.RawMessage) time.Duration {
	n, err := strconv.ParseUint(strings.Trim(string(raw), `"`), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// DistributedRead asks for the queries that are due.
func (o *Orbit) DistributedRead(ctx context.Context, nodeKey string) (*DistributedQueries, error) {
	var q struct {
		DistributedQueries
		NodeInvalid bool `json:"node_invalid"`
	}
	err := o.osquery(ctx, "/api/osquery/distributed/read", map[string]string{"node_key": nodeKey}, &q, nodeKey)
	if err == nil && q.NodeInvalid {
		err = ErrNodeInvalid
	}
	if err != nil {
		return nil, wrap("asking for queries", err)
	}
	return &q.DistributedQueries, nil
}

// DistributedWrite sends answers.
func (o *Orbit) DistributedWrite(ctx context.Context, nodeKey string, r DistributedResults) error {
	body := struct {
		NodeKey string `json:"node_key"`
		DistributedResults
	}{nodeKey, r}
	return wrap("sending answers", o.osquery(ctx, "/api/osquery/distributed/write", body, &struct{}{}, nodeKey))
}

// osquery is post where 401 means the node key: these endpoints say so in a
// body of their own.
func (o *Orbit) osquery(ctx context.Context, path string, body, into any, secret string) error {
	err := o.call(ctx, request{method: http.MethodPost, path: path, body: body, into: into, limit: maxQueries, secrets: []string{secret}})
	if StatusOf(err) == http.StatusUnauthorized {
		return fmt.Errorf("%w: %w", ErrNodeInvalid, err)
	}
	return err
}
