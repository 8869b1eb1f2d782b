package host

import (
	"context"
	"errors"
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

// consoleUser is an entry of IOConsoleUsers of `ioreg -n Root -d1 -a`.
type consoleUser struct {
	Name    string `plist:"kCGSSessionUserNameKey"`
	UID     int    `plist:"kCGSSessionUserIDKey"`
	Console bool   `plist:"kCGSSessionOnConsoleKey"`
	Done    bool   `plist:"kCGSessionLoginDoneKey"`
	Locked  bool   `plist:"CGSSessionScreenIsLocked"`
	Shared  bool   `plist:"CGSSessionScreenIsShared"`
}

// consoleUsers reads the property list. With fast user switching it has
// several entries.
func consoleUsers(out []byte) ([]consoleUser, error) {
	var root struct {
		Users []consoleUser `plist:"IOConsoleUsers"`
	}
	if err := readPlist(out, &root); err != nil {
		return nil, fmt.Errorf("reading the console session: %w", err)
	}
	return root.Users, nil
}

// readPlist keeps a parser that panics from taking the daemon along: the names
// of people and of profiles come from outside.
func readPlist(data []byte, v any) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("it is not a property list")
		}
	}()
	_, err = plist.Unmarshal(data, v)
	return err
}

// Sessions are the user ids of everybody who is logged in with a desktop, at
// the screen or switched away.
func (c Commands) Sessions(ctx context.Context) ([]int, error) {
	out, err := c.Run(ctx, "session")
	if err != nil {
		return nil, err
	}
	users, err := consoleUsers([]byte(out.Stdout))
	var uids []int
	for _, u := range users {
		if u.Done && u.UID > 0 {
			uids = append(uids, u.UID)
		}
	}
	return uids, err
}

// ParseSession reads the output of `ioreg -n Root -d1 -a`; the entry on the
// console counts.
func ParseSession(out []byte) (Session, error) {
	users, err := consoleUsers(out)
	if err != nil {
		return Session{}, err
	}
	var s Session
	for _, u := range users {
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
