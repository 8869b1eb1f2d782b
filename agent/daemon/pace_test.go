package daemon

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatIsDue(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		due  due
		come bool
	}{
		"nothing was ever asked":               {due{}, true},
		"later":                                {after(now, time.Second), false},
		"now":                                  {after(now, 0), true},
		"long ago":                             {after(now.Add(-72*time.Hour), time.Minute), true},
		"a day of patience":                    {after(now, 24*time.Hour), false},
		"set before the clock went back a day": {after(now.Add(24*time.Hour), time.Minute), true},
		"a clock that is kept in step":         {after(now.Add(time.Second), time.Minute), false},
	} {
		require.Equal(t, tt.come, tt.due.come(now), name)
	}
}

// What waits for an event, or for nothing, must not wake anybody.
func TestAnIdleLinkSleeps(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	l := &Link{}
	require.Equal(t, maxSleep, l.wait(now))
	l.due.config = after(now, 5*time.Minute)
	require.Equal(t, maxSleep, l.wait(now), "timers stand still while a Mac sleeps")
	l.due.vitals = after(now, 10*time.Second)
	require.Equal(t, 10*time.Second, l.wait(now))
	l.due.vitals = after(now.Add(-time.Hour), 10*time.Second)
	require.Equal(t, time.Second, l.wait(now))
}

func TestAHurryIsAsLongAsItIs(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for until, want := range map[time.Duration]bool{-time.Second: false, time.Second: true, hurryFor: true, hurryFor + time.Second: true, 24 * time.Hour: false} {
		require.Equal(t, want, within(now.Add(until), now, hurryFor), until)
	}
}
