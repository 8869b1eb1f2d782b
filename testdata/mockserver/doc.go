// Package mockserver is the server side of the migration: what a Fleet Premium
// server says and does to devices, orbit, osquery, admins and the old MDM's
// webhook, as an http.Handler that keeps its own state.
//
// It is used three ways: by tests, as a handler; by `make demo` and by people,
// as a program (cmd/mockserver); and by the end-to-end stories. Its JSON is
// written apart from the client's (pkg/deviceclient is never imported), so that
// the contract is there twice and a mistake in one shows.
//
// A request goes through: faults on demand, the router (package wire), a
// handler here, and the store, which decides eligibility. Answers follow Fleet
// 4.57 as it was seen running; where 2026's source differs and clients can tell,
// the place says so. What Fleet does not have (activities of the migration,
// reasons for a refused trigger, host actions, faults) is listed in API.md.
//
// It lives under testdata by design: `./...` skips it; the Makefile names it.
package mockserver
