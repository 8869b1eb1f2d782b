// Package fault makes a server misbehave on demand: slow, silent, broken or
// wrong answers for chosen routes, so that clients can be tried against them.
//
// It wraps a handler and knows routes only as labels. It is deterministic:
// faults strike in the order they were given, and chaos comes from a seed.
package fault
