// Package desktop measures what Fleet Desktop costs a person's Mac, on Linux,
// beside the budgets of its design: `make bench-desktop`.
//
// The program is the one that `make build` makes. It runs against the mock
// server over TLS, with a private session bus and a StatusNotifier host in the
// place of a panel. Sizes are a test; times and memory depend on the machine
// and are printed only. Everything here is a test, so that it may use testdata.
package desktop
