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
		buttons []string
		names   []string
		cancel  int
	}{
		"all three":   {Options{Button1: "Start", Button2: "Later", InfoButton: "Help"}, []string{"Start", "Later", "Help"}, []string{"1", "2", "info"}, 1},
		"no later":    {Options{Button1: "Start", InfoButton: "Help"}, []string{"Start", "Help"}, []string{"1", "info"}, -1},
		"later only":  {Options{Button2: "Close"}, []string{"Close"}, []string{"2"}, 0},
		"help only":   {Options{InfoButton: "Help"}, []string{"Help"}, []string{"info"}, -1},
		"later, help": {Options{Button2: "Close", InfoButton: "Help"}, []string{"Close", "Help"}, []string{"2", "info"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.options.plain()
			require.Equal(t, c.buttons, p.Buttons)
			require.Equal(t, c.names, p.Names)
			require.Equal(t, c.cancel, p.Cancel)
		})
	}
}
