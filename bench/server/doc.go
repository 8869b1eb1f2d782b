// Package server measures the companion server under the polls of a whole fleet:
// `make bench-server`.
//
// One process serves, another drives it over loopback, with as many connections
// at once as keep it busy. A server of net/http that answers the same bytes and
// does nothing else is measured in the same run: it is what the machine allows.
// Speeds depend on the machine and are printed only; nothing fails here.
// Everything is a test, so that it may use testdata.
package server
