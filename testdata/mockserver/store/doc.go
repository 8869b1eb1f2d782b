// Package store is what the server remembers: settings, hosts, activities.
//
// Every lookup that a device makes (by device token, node key, serial, UUID,
// id) is one map access, whatever the number of hosts. A Host handed out is a
// copy; changes go through the store, which keeps the indexes right and, when
// it has a file, has written the change before it answers: what was promised to
// a client is still true after a crash. What changed is appended to a log beside
// the file, so that a change costs the same whatever the number of hosts;
// writers that come together share one write.
//
// A change that could not be written is an error to whoever asked for it; it stays
// in memory and is written with the next one, when there is room again.
//
// It decides eligibility, which is a property of the data, and nothing about
// HTTP.
package store
