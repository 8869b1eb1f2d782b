package swiftdialog

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a pressed button means comes from its place among Options, never from
// its place in the row: without a button 1 nothing is consent.
func TestPlainButtonsKeepTheirMeaning(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		buttons []plainButton
		cancel  int
	}{
		"all three":    {Options{Button1: "Start", Button2: "Later", InfoButton: "Help"}, []plainButton{{"Start", "1"}, {"Later", "2"}, {"Help", "info"}}, 1},
		"no later":     {Options{Button1: "Start", InfoButton: "Help"}, []plainButton{{"Start", "1"}, {"Help", "info"}}, -1},
		"later only":   {Options{Button2: "Close"}, []plainButton{{"Close", "2"}}, 0},
		"all the same": {Options{Button1: "OK", Button2: "OK", InfoButton: "OK"}, []plainButton{{"OK", "1"}, {"OK\u200a", "2"}, {"OK\u200a\u200a", "info"}}, 1},
		"help only":    {Options{InfoButton: "Help"}, []plainButton{{"Help", "info"}}, -1},
		"later, help":  {Options{Button2: "Close", InfoButton: "Help"}, []plainButton{{"Close", "2"}, {"Help", "info"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.options.plain()
			require.Equal(t, c.buttons, p.Buttons)
			require.Equal(t, c.cancel, p.Cancel)
		})
	}
}
