// Package agent is the migration: it decides what the menu says, when a dialog
// appears, and what a click or an answer leads to, until this Mac is in Fleet.
//
// The heart is a pure state machine. Step takes the time and an event and
// gives the next Machine and a list of effects; it does no I/O, reads no clock
// and starts nothing. Agent.Run is the shell around it: one goroutine owns the
// Machine, writes its durable part to disk before an effect that depends on
// it, and runs requests and dialogs beside itself, whose results come back as
// events. So a dialog never holds up a poll, a click or another item.
//
//	idle ── the server asks, and not in Fleet here ──▶ offered
//	offered ── click, or forced and due ──▶ prompting ── Later, closed ──▶ offered
//	prompting ── Start, proved ──▶ requesting ── 204 ──▶ unenrolling
//	requesting, unenrolling ── not enrolled here ──▶ awaiting_enrollment
//	requesting, unenrolling ── refused, or 3 min ──▶ failed ── closed ──▶ offered
//	failed, offered ── the old MDM lets go after all ──▶ awaiting_enrollment
//	any ── enrolled in Fleet here ──▶ done ──▶ idle
//
// What is true of the Mac is never remembered, only read: which path (ADE or
// by hand), whether it is enrolled and where, come from the latest facts at
// every step, so no stale file can lead a person the wrong way. What is
// remembered is what facts can't tell: the consent, when a dialog last closed,
// how often it was put off, how long politeness has held it back today.
//
// The package must not know HTTP, processes, D-Bus or macOS: those are behind
// the ports in agent.go.
package agent
