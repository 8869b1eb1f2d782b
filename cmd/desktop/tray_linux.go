package main

import (
	"errors"
	"os"
)

// trayPossible refuses to start without a session bus: systray would go on
// without a tray and fall over when told to quit.
func trayPossible() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		return errors.New("there is no session bus (DBUS_SESSION_BUS_ADDRESS is empty); start it in a desktop session or under dbus-run-session")
	}
	return nil
}
