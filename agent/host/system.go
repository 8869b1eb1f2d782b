package host

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// System asks macOS itself, and orbit's facts file for what only root can ask.
type System struct {
	commands  Commands
	published *File
	uid       int

	mu    sync.Mutex
	fixed Facts // what never changes while this process runs
	known bool
	login time.Time
	seen  string // the console user of the last look
}

// NewSystem names the commands and orbit's facts file, for whoever asks outside
// any person's session.
func NewSystem(c Commands, published string) *System {
	return NewSession(c, published, nobody)
}

const nobody = -1

// NewSession is NewSystem for a person's session: its facts say whether that
// session is the one at the screen.
func NewSession(c Commands, published string, uid int) *System {
	return &System{commands: c, published: NewFile(published), uid: uid}
}

// Facts asks for the enrollment, without which nothing can be decided, and for
// the rest as far as it answers: an unanswered question leaves its zero value.
func (s *System) Facts(ctx context.Context) (Facts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.known {
		s.fixed, s.known = s.hardware(ctx)
	}
	f := s.fixed
	if p, err := s.published.Facts(ctx); err == nil {
		f.ADE, f.Renew, f.AppleMigration = p.ADE, p.Renew, p.AppleMigration
	} else {
		f.ADE.Unknown = true
	}
	enrollment, err := s.commands.Enrollment(ctx)
	if err != nil {
		return f, err
	}
	f.Enrollment = enrollment
	s.person(ctx, &f)
	return f, nil
}

// Enrollment asks `profiles status`. An answer that is none is an error, not
// "not enrolled".
func (c Commands) Enrollment(ctx context.Context) (Enrollment, error) {
	out, err := c.Run(ctx, "profiles-status")
	if err != nil {
		return Enrollment{}, err
	}
	e, ok := ParseProfilesStatus(out.Stdout)
	if !ok {
		return Enrollment{}, fmt.Errorf("reading the enrollment: profiles ended with status %d and said neither yes nor no", out.Code)
	}
	return e, nil
}

// Hardware asks what this Mac is.
func (c Commands) Hardware(ctx context.Context) (Facts, error) {
	var f Facts
	out, err := c.Run(ctx, "hardware")
	if err != nil {
		return f, err
	}
	p := ParseIOReg(out.Stdout)
	f.HardwareSerial, f.HardwareUUID, f.HardwareModel = p["IOPlatformSerialNumber"], p["IOPlatformUUID"], p["model"]
	f.OSVersion = c.line(ctx, "os-version")
	f.ComputerName = c.line(ctx, "computer-name")
	if f.HardwareUUID == "" || f.OSVersion == "" {
		return f, fmt.Errorf("reading the hardware: ioreg and sw_vers did not tell the UUID and the version")
	}
	return f, nil
}

// line is the first line of a command that answers; "" of one that does not.
func (c Commands) line(ctx context.Context, tool Tool) string {
	out, err := c.Run(ctx, tool)
	if err != nil || out.Code != 0 {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimSpace(out.Stdout), "\n")
	return first
}

func (s *System) hardware(ctx context.Context) (Facts, bool) {
	f, err := s.commands.Hardware(ctx)
	return f, err == nil
}

// person asks who is at the screen and what they are doing.
func (s *System) person(ctx context.Context, f *Facts) {
	if out, err := s.commands.Run(ctx, "session"); err == nil {
		if session, err := ParseSession([]byte(out.Stdout)); err == nil {
			f.ConsoleUser, f.ScreenLocked, f.SetupAssistant, f.ScreenShared = session.User, session.Locked, session.Setup, session.Shared
			f.SwitchedAway = s.uid != nobody && session.User.Name != "" && session.User.UID != s.uid
			f.LoginAt = s.loginAt(session.User.Name)
		}
	}
	f.Assertions = []Assertion{}
	if out, err := s.commands.Run(ctx, "assertions"); err == nil {
		f.Assertions = ParseAssertions(out.Stdout)
		f.MicrophoneInUse = recording(out.Stdout)
	}
	if s.uid != nobody { // outside of a session there are no windows to look at, and settings are root's own
		f.FullScreenApp = s.commands.line(ctx, "full-screen")
		s.settings(ctx, f)
	}
	if out, err := s.commands.Run(ctx, "camera"); err == nil {
		f.CameraInUse = strings.Contains(out.Stdout, `"FrontCameraStreaming" = Yes`)
	}
}

// settings asks how the person wants to read things.
func (s *System) settings(ctx context.Context, f *Facts) {
	f.Appearance = "light"
	if s.commands.line(ctx, "appearance") == "Dark" {
		f.Appearance = "dark"
	}
	if out, err := s.commands.Run(ctx, "languages"); err == nil {
		f.Languages = ParseLanguages(out.Stdout)
	}
	f.Region, f.Clock = ParseRegion(s.commands.line(ctx, "locale")), s.clock(ctx)
}

// clock is the switch "24-hour time" of System Settings. It is unset as long as
// the region's way is good for the person; turned against the region it is 1
// under its own name, or under the other one's, or 0.
func (s *System) clock(ctx context.Context) string {
	switch a, b := s.commands.line(ctx, "24-hours"), s.commands.line(ctx, "12-hours"); {
	case a == "1":
		return "24"
	case a == "0", b == "1":
		return "12"
	}
	return ""
}

// loginAt is when this process first saw a person at the screen: launchd starts
// it at login, so that is the login to within a second.
func (s *System) loginAt(user string) time.Time {
	if user != s.seen {
		s.seen, s.login = user, time.Now()
	}
	return s.login
}

// recording reports that coreaudiod keeps the Mac awake for an audio input, as
// it does in every call.
func recording(assertions string) bool {
	return slices.ContainsFunc(strings.Split(assertions, "\n"), func(line string) bool {
		return strings.Contains(line, "coreaudiod") && strings.Contains(line, "audio-in") || strings.Contains(line, "Resources: audio-in")
	})
}
