//go:build !linux && !(darwin && cgo)

package main

import (
	"context"
	"errors"

	"fleetmigrate/agent"
)

// tray stands where systray can't be built: on macOS without cgo. It keeps the
// rest of the program buildable and checkable there; it never runs.
type tray struct{}

func newTray() *tray { return &tray{} }

func (*tray) Render(agent.Menu) {}

func (*tray) run(context.Context, func(agent.Event), func()) error {
	return errors.New("this build has no menu bar: build it on a Mac with cgo (CGO_ENABLED=1)")
}
