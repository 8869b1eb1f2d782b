// Package wire writes Fleet's answers: indented JSON, the error body that all
// its endpoints share, and a router that tells methods and paths apart as
// Fleet's does.
//
// It knows nothing of hosts or settings. Handlers return an *Error or write a
// value; nobody else spells a status text.
package wire
