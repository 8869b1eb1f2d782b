package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
)

// A simulated week begins on a Monday at nine.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.Local)

const week = 7 * 24 * time.Hour

// zoomAllDay keeps the display awake without end.
func zoomAllDay(time.Time) host.Moment {
	return host.Moment{Assertions: []host.Assertion{{Process: "zoom.us", Type: "PreventUserIdleDisplaySleep"}}}
}

// focus is three hours of one app in full screen, every day, on one of two
// displays; a Focus of macOS itself silences notifications, not windows.
func focus(at time.Time) host.Moment {
	if h := at.Hour(); h >= 10 && h < 13 {
		return host.Moment{FullScreenApp: "Xcode"}
	}
	return host.Moment{}
}

// office is a laptop that sleeps from six to nine: its person logs in in the
// morning, and locks it for lunch.
func office(at time.Time) host.Moment {
	day := time.Date(at.Year(), at.Month(), at.Day(), 9, 0, 0, 0, at.Location())
	return host.Moment{LoginAt: day, ScreenLocked: at.Hour() == 12}
}

func nights(at time.Time) time.Time {
	day := time.Date(at.Year(), at.Month(), at.Day(), 9, 0, 0, 0, at.Location())
	switch {
	case at.Hour() < 9:
		return day
	case at.Hour() >= 18:
		return day.AddDate(0, 0, 1)
	}
	return at
}

func TestWeekOfAForcedMigration(t *testing.T) {
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week, OpenFor: time.Minute})
	require.Equal(t, monday, calendar[0].At, "at once")
	for i, r := range calendar[1:] {
		require.Equal(t, forcedInterval+time.Minute, r.At.Sub(calendar[i].At), "15 minutes after the last one closed, to the second")
	}
	require.Equal(t, 630, len(calendar))
}

// TestWeekInACall: an assertion without end costs the budget once a day, and
// no more.
func TestWeekInACall(t *testing.T) {
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week, OpenFor: time.Minute, Moment: zoomAllDay})
	require.Equal(t, monday.Add(time.Hour), calendar[0].At, "to the second when the budget ends")
	longest := time.Duration(0)
	for i := 1; i < len(calendar); i++ {
		gap := calendar[i].At.Sub(calendar[i-1].At) - time.Minute
		require.GreaterOrEqual(t, gap, forcedInterval)
		longest = max(longest, gap)
	}
	require.InDelta(t, float64(forcedInterval+time.Hour), float64(longest), float64(time.Minute))
}

func TestWeekOfFocus(t *testing.T) {
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week, OpenFor: time.Minute, Moment: focus})
	inFocus := map[string]int{}
	for _, r := range calendar {
		if focus(r.At).FullScreenApp != "" {
			require.GreaterOrEqual(t, r.At.Hour(), 11, "the first hour of focus is spared")
			require.False(t, r.Blur, "over a full-screen app nothing is blurred")
			inFocus[r.At.Format(time.DateOnly)]++
		}
	}
	require.Len(t, inFocus, 7, "but the day is not over before it came")
}

func TestWeekOfALaptop(t *testing.T) {
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week, OpenFor: time.Minute, Moment: office, Wakes: nights})
	days := map[string]time.Time{}
	for _, r := range calendar {
		require.True(t, r.At.Hour() >= 9 && r.At.Hour() < 18 && r.At.Hour() != 12, "nobody is there at %s", r.At)
		if day := r.At.Format(time.DateOnly); days[day].IsZero() {
			days[day] = r.At
		}
	}
	require.Len(t, days, 7)
	for _, first := range days {
		require.Equal(t, "09:01:00", first.Format(time.TimeOnly), "a minute after the login")
	}
}

func TestWeekOfADeadline(t *testing.T) {
	deadline := monday.Add(4*24*time.Hour + 30*time.Minute)
	calendar := Simulate(Plan{Start: monday, For: 5 * 24 * time.Hour, OpenFor: 0, Mode: deviceclient.Voluntary,
		Policy: policy.Policy{Deadline: deadline, Deferrals: 5, BlurFrom: "deadline"}})
	for i, r := range calendar {
		left := deadline.Sub(r.At)
		require.Equal(t, byDeadline(left), r.ReturnsIn)
		require.Equal(t, left < 0, r.Forced && r.Blur, "before the deadline it stays polite")
		require.Equal(t, max(0, 5-i), r.DeferralsLeft)
		if i > 0 {
			require.Equal(t, calendar[i-1].ReturnsIn, r.At.Sub(calendar[i-1].At), "it comes back when it said")
		}
	}
}

func TestVoluntaryWeek(t *testing.T) {
	require.Empty(t, Simulate(Plan{Mode: deviceclient.Voluntary, Start: monday, For: week}))
	gap := Simulate(Plan{Mode: deviceclient.Voluntary, Gap: true, Start: monday, For: time.Hour, OpenFor: time.Second})
	require.Equal(t, 20, len(gap), "in the gap it reminds in both modes")
	require.Empty(t, Simulate(Plan{Mode: deviceclient.Voluntary, Gap: true, Start: monday, For: 59 * time.Minute, Moment: zoomAllDay}), "and is as polite")
}

// stretch is some time in which a person and a Mac do one thing.
type stretch struct {
	until  time.Time
	moment host.Moment
	sleeps bool
}

// drawDays are three days of anything.
func drawDays(t *rapid.T) []stretch {
	var all []stretch
	login := monday
	for at := monday; at.Before(monday.Add(3 * 24 * time.Hour)); {
		at = at.Add(time.Duration(rapid.IntRange(20, 60*300).Draw(t, "seconds")) * time.Second)
		s := stretch{until: at, moment: host.Moment{LoginAt: login}}
		switch rapid.IntRange(0, 7).Draw(t, "what") {
		case 0:
			s.sleeps = true
		case 1:
			s.moment.ScreenLocked = true
		case 2:
			s.moment.CameraInUse, s.moment.MicrophoneInUse = true, true
		case 3:
			s.moment.Assertions = zoomAllDay(at).Assertions
		case 4:
			s.moment.FullScreenApp = "Keynote"
		case 5:
			login = at // the next stretch begins with a login
			s.moment.ScreenLocked = true
		}
		all = append(all, s)
	}
	return append(all, stretch{until: monday.Add(2 * week)})
}

// TestAnyDays holds for whatever a person does: never twice within
// the interval, never in the first minute after a login, never where nobody
// can see it, never later than the interval and the day's budget of time in
// which somebody could.
func TestAnyDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := drawDays(t)
		at := func(now time.Time) stretch {
			for _, s := range days {
				if now.Before(s.until) {
					return s
				}
			}
			return stretch{until: now.Add(week)}
		}
		wakes := func(now time.Time) time.Time {
			for at(now).sleeps {
				now = at(now).until
			}
			return now
		}
		open := time.Duration(rapid.IntRange(0, 3600).Draw(t, "open")) * time.Second
		calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: 3 * 24 * time.Hour, OpenFor: open, Wakes: wakes,
			Moment: func(now time.Time) host.Moment { return at(now).moment }})
		due := monday
		for _, r := range append(calendar, Reminder{At: monday.Add(3 * 24 * time.Hour)}) {
			if r.Variant != "" { // the last one only ends the days
				require.False(t, r.At.Before(due), "twice within the interval")
				m := at(r.At).moment
				require.False(t, m.ScreenLocked, "nobody sees it")
				require.GreaterOrEqual(t, r.At.Sub(m.LoginAt), loginQuiet)
			}
			require.LessOrEqual(t, couldSee(at, due, r.At), defaultBudget+lateness, "between %s and %s", due, r.At)
			due = wakes(r.At.Add(open)).Add(forcedInterval)
		}
	})
}

// lateness is what a look at the gates twice a minute, and a login, may cost
// beside the budget.
const lateness = loginQuiet + 3*recheck

// couldSee is the time in which a dialog could have been seen.
func couldSee(at func(time.Time) stretch, from, to time.Time) time.Duration {
	var sum time.Duration
	for now := from; now.Before(to); {
		s := at(now)
		end := s.until
		if end.After(to) {
			end = to
		}
		quiet := s.moment.LoginAt.Add(loginQuiet)
		if !s.sleeps && !s.moment.ScreenLocked && end.After(quiet) {
			begin := now
			if quiet.After(begin) {
				begin = quiet
			}
			sum += max(0, end.Sub(begin)-2*recheck) // a stretch may begin just after a look
		}
		now = end
	}
	return sum
}
