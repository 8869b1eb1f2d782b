package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

func cameraAllDay(time.Time) host.Moment {
	return host.Moment{CameraInUse: true, MicrophoneInUse: true}
}

// oneHour is a Mac that is awake from nine to ten.
func oneHour(at time.Time) time.Time {
	day := time.Date(at.Year(), at.Month(), at.Day(), 9, 0, 0, 0, at.Location())
	switch {
	case at.Hour() < 9:
		return day
	case at.Hour() >= 10:
		return day.AddDate(0, 0, 1)
	}
	return at
}

func TestWeekOfCamera(t *testing.T) {
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week - 10*time.Hour, OpenFor: time.Minute, Moment: cameraAllDay})
	held := map[string]time.Duration{}
	last := monday.Add(-forcedInterval)
	for _, r := range calendar {
		held[r.At.Format(time.DateOnly)] += r.At.Sub(last) - forcedInterval
		last = r.At.Add(time.Minute)
	}
	require.Len(t, held, 7)
	for day, d := range held {
		require.LessOrEqual(t, d, time.Hour+time.Minute, day)
	}
}

func TestWeekOfAMacThatSleeps23Hours(t *testing.T) {
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week - time.Hour, OpenFor: time.Minute, Wakes: oneHour})
	days := map[string]int{}
	for _, r := range calendar {
		require.Equal(t, 9, r.At.Hour())
		days[r.At.Format(time.DateOnly)]++
	}
	delete(days, monday.Add(week).Format(time.DateOnly)) // it slept over the end of the week
	require.Len(t, days, 7)
	for day, n := range days {
		require.Equal(t, 4, n, day)
	}
}

// TestNobodyIsSparedForEver: a Mac that is awake for less than the day's budget
// and in a call all that time. A budget that began anew each midnight would
// hold the dialog back until the end of the world.
func TestNobodyIsSparedForEver(t *testing.T) {
	short := func(at time.Time) time.Time {
		if at.Hour() == 9 && at.Minute() >= 50 {
			at = at.Add(time.Hour)
		}
		return oneHour(at)
	}
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week, OpenFor: time.Minute, Wakes: short, Moment: cameraAllDay})
	require.NotEmpty(t, calendar)
	require.Equal(t, monday.AddDate(0, 0, 1).Format(time.DateOnly), calendar[0].At.Format(time.DateOnly), "50 minutes on Monday, ten on Tuesday")
}

// TestWeekOverMidnight: a call over midnight holds one dialog for the budget,
// and not for two days' budgets.
func TestWeekOverMidnight(t *testing.T) {
	start := time.Date(2026, 3, 2, 23, 15, 0, 0, time.Local)
	calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: start, For: 12 * time.Hour, OpenFor: time.Minute, Moment: cameraAllDay})
	require.Equal(t, start.Add(time.Hour), calendar[0].At)
}

// TestWeekOfSummerTime: the night has 23 or 25 hours, the intervals are what they are.
func TestWeekOfSummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, start := range []time.Time{time.Date(2026, 3, 27, 9, 2, 0, 0, berlin), time.Date(2026, 10, 23, 9, 2, 0, 0, berlin)} {
		calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: start, For: week, OpenFor: time.Minute})
		for i, r := range calendar[1:] {
			require.Equal(t, forcedInterval+time.Minute, r.At.Sub(calendar[i].At))
		}
		calendar = Simulate(Plan{Mode: deviceclient.Voluntary, Start: start, For: week, OpenFor: time.Hour, Policy: policy.Policy{Deadline: start.AddDate(0, 0, 12)}})
		require.Len(t, calendar, 7)
		for i, r := range calendar[1:] {
			require.Equal(t, calendar[i].ReturnsAt.String(), r.At.String(), "to the minute that was named, on the clock that then holds")
		}
	}
}

// TestWeekOfATraveller flies around the world, eastwards and westwards, one
// zone every five hours. It is asked when its own clock reads what it was told,
// and as often as somebody who stays, but for the day that a journey westwards
// adds to the calendar.
func TestWeekOfATraveller(t *testing.T) {
	for _, direction := range []int{1, -1} {
		zone := func(at time.Time) *time.Location {
			hours := int(at.Sub(monday)/(5*time.Hour)) % 12
			return time.FixedZone("plane", direction*hours*3600)
		}
		plan := Plan{Mode: deviceclient.Forced, Start: monday, For: week, OpenFor: time.Minute, Zone: zone}
		calendar := Simulate(plan)
		require.Len(t, calendar, 630, "a quarter of an hour is one everywhere")
		plan.Mode, plan.Policy.Deadline = deviceclient.Voluntary, monday.Add(2*week)
		calendar = Simulate(plan)
		require.GreaterOrEqual(t, len(calendar), 4)
		for i, r := range calendar[1:] {
			said := calendar[i].ReturnsAt
			require.False(t, r.At.Before(said), "never before the moment that was meant")
			require.False(t, reading(r.At).Before(reading(said)), "nor before the clock reads it: %s, not %s", r.At, said)
			require.LessOrEqual(t, r.At.Sub(said), 13*time.Hour)
		}
	}
}

// reading is what a clock shows, whatever its zone.
func reading(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// TestWeekOfRestarts: a Mac that restarts every five minutes, for a week. The
// login costs its quiet minute; the interval is kept over all of it.
func TestWeekOfRestarts(t *testing.T) {
	s := newSim(t)
	for end := s.now.Add(week); s.now.Before(end); {
		s.mac.LoginAt = s.now
		s.serverSays(deviceclient.Forced, true)
		s.wait(5 * time.Minute)
		s.crash()
	}
	require.Greater(t, len(s.autos), int(week/(forcedInterval+5*time.Minute)))
	for i, at := range s.autos[1:] {
		apart := at.Sub(s.autos[i])
		require.GreaterOrEqual(t, apart, forcedInterval)
		require.LessOrEqual(t, apart, forcedInterval+2*loginQuiet)
	}
}

// TestRestartsInACall: restarts do not refill the budget.
func TestRestartsInACall(t *testing.T) {
	s := newSim(t)
	s.mac.CameraInUse = true
	begin := s.now
	for len(s.autos) == 0 && s.now.Sub(begin) < 3*time.Hour {
		s.mac.LoginAt = s.now
		s.serverSays(deviceclient.Forced, true)
		s.wait(5 * time.Minute)
		s.crash()
	}
	require.NotEmpty(t, s.autos)
	require.InDelta(t, 75, s.autos[0].Sub(begin).Minutes(), 10, "an hour of the call, and a quiet minute per login")
}

// TestClockSetBackAYear, at any moment: the interval counts from then on.
func TestClockSetBackAYear(t *testing.T) {
	for _, when := range []time.Duration{0, time.Minute, 14 * time.Minute, 16 * time.Minute, 47 * time.Minute} {
		for _, open := range []bool{true, false} {
			s := newSim(t)
			s.serverSays(deviceclient.Forced, true)
			s.wait(when)
			if !open {
				s.end(swiftdialog.Later)
			}
			s.now = s.now.AddDate(-1, 0, 0)
			back, seen := s.now, len(s.autos)
			s.step(HostChanged{})
			s.answerFacts(nil)
			s.end(swiftdialog.Later)
			s.wait(forcedInterval + time.Second)
			require.Greater(t, len(s.autos), seen, "%s, open %v", when, open)
			require.LessOrEqual(t, s.autos[len(s.autos)-1].Sub(back), forcedInterval+time.Second)
		}
	}
}

// TestTwoPeopleAtOneMac: each has a session and a desktop of their own. Only
// who is at the screen is asked, and whoever comes back to it is asked when due.
func TestTwoPeopleAtOneMac(t *testing.T) {
	for _, mine := range []bool{true, false} {
		atScreen := func(at time.Time) bool { return (at.Sub(monday)/(40*time.Minute)%2 == 0) == mine }
		calendar := Simulate(Plan{Mode: deviceclient.Forced, Start: monday, For: week, OpenFor: time.Minute,
			Moment: func(at time.Time) host.Moment { return host.Moment{SwitchedAway: !atScreen(at)} }})
		require.Greater(t, len(calendar), int(week/(80*time.Minute)), "each time they are there")
		last := monday.Add(-forcedInterval)
		for _, r := range calendar {
			require.True(t, atScreen(r.At), "somebody else would see it at %s", r.At)
			require.GreaterOrEqual(t, r.At.Sub(last), forcedInterval)
			last = r.At
		}
	}
}

// TestClockSetBackAfterALogin: a login that lies a year ahead is no login of the
// last minute.
func TestClockSetBackAfterALogin(t *testing.T) {
	s := newSim(t)
	s.mac.LoginAt = s.now
	s.now = s.now.AddDate(-1, 0, 0)
	s.serverSays(deviceclient.Forced, true)
	s.wait(2 * loginQuiet)
	require.Len(t, s.autos, 1)
}

// TestClockSetBackAfterAClick: nor is a click.
func TestClockSetBackAfterAClick(t *testing.T) {
	s := offered(t, deviceclient.Voluntary)
	s.answerFacts(nil)
	s.step(Clicked{ItemMigrate})
	s.step(Clicked{ItemMigrate})
	s.now = s.now.AddDate(-1, 0, 0)
	s.end(swiftdialog.Later)
	require.Empty(t, s.open)
}
