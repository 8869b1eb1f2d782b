package host

import (
	"fmt"
	"time"

	"howett.net/plist"
)

// Session is what the window server says of who is at the screen.
type Session struct {
	User   ConsoleUser
	Locked bool
	Setup  bool // Setup Assistant
	Shared bool
	Login  time.Time // zero: not told
}

// ParseSession reads the IOConsoleUsers of `ioreg -n Root -d1 -a`, a property
// list. With fast user switching it has several entries; the one on the
// console counts.
func ParseSession(out []byte) (Session, error) {
	var root struct {
		Users []struct {
			Name    string `plist:"kCGSSessionUserNameKey"`
			UID     int    `plist:"kCGSSessionUserIDKey"`
			Console bool   `plist:"kCGSSessionOnConsoleKey"`
			Done    bool   `plist:"kCGSessionLoginDoneKey"`
			Locked  bool   `plist:"CGSSessionScreenIsLocked"`
			Shared  bool   `plist:"CGSSessionScreenIsShared"`
		} `plist:"IOConsoleUsers"`
	}
	if _, err := plist.Unmarshal(out, &root); err != nil {
		return Session{}, fmt.Errorf("reading the console session: %w", err)
	}
	var s Session
	for _, u := range root.Users {
		if !u.Console {
			continue
		}
		s.Locked, s.Shared = u.Locked, u.Shared
		switch u.Name {
		case "_mbsetupuser":
			s.Setup = true
		case "", "root", "loginwindow", "_windowserver":
		default:
			if u.Done {
				s.User = ConsoleUser{Name: u.Name, UID: u.UID}
			}
		}
	}
	return s, nil
}
