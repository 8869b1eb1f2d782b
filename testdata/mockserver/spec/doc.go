// Package spec reads settings from YAML, in the two forms that fleetctl knows:
// documents of `kind: config` for apply, and a GitOps file with `controls` and
// `org_settings`. The result is one body for PATCH /api/latest/fleet/config.
// Write is the way back.
//
// Everything that can be known without a server is checked here, with file,
// line and column, before anything is sent. It does no I/O.
package spec
