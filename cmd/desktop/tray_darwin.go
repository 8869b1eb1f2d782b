//go:build cgo

package main

// trayPossible is always so in a GUI session, the only place launchd starts this.
func trayPossible() error { return nil }
