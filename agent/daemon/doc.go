// Package daemon is what orbit does as root on one Mac, from "the old MDM
// installed the package" to "enrolled in Fleet": enroll with the server, give
// the desktop its token, answer for the Mac's vitals, publish facts and policy,
// open Apple's Remote Management, and leave when it is done.
//
// It is a handful of actors with one goroutine each, which own what they keep
// and hand each other whole values, of which only the latest counts:
//
//	Configurator ── Config ──▶ all
//	Observer ── what this Mac says ──▶ Link, Renewer, Remover, facts.json
//	Link ── does the server want a renewal? ──▶ Renewer ── its attempts ──▶ Observer
//	Hints ── the person is in the middle of it ──▶ Observer, Link, Renewer
//
// Everything is written so that a kill at any point loses nothing: intentions
// before acts, whole files by rename, and at the start what a dead process
// left half done is done to its end.
//
// The package must not know the menu, dialogs or the migration's states: the
// desktop decides what a person sees. What it reads of the desktop's is a hint
// that makes it look sooner, and nothing else.
package daemon
