// Package stack runs a whole migration on one machine: the companion server,
// the old MDM, an agent that plays fleetd (or our orbit), a private session bus
// and the real Fleet Desktop, with the stand-in for swiftDialog.
//
// It starts and stops the programs, gives hands and eyes for what a person or
// an admin would do and see (Click, Press, Menu, Admin), and one way to wait:
// Wait looks again whenever anything has happened, and never sleeps.
//
// The demo and the end-to-end tests use it; it knows neither.
package stack
