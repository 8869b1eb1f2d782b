package standin

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// From 3.x on, a bare flag before one with a value makes a window that never
// shows; before, the order was free.
func TestOrderOfArguments(t *testing.T) {
	for name, c := range map[string]struct {
		profile  string
		args     []string
		noWindow bool
	}{
		"values first":       {"3.1.0", []string{"--width", "400", "--ontop"}, false},
		"a bare flag before": {"3.1.0", []string{"--ontop", "--width", "400"}, true},
		"between":            {"3.0.1", []string{"--height", "1", "--ontop", "--width", "400"}, true},
		"before 3.x":         {"2.5.6", []string{"--ontop", "--width", "400"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			flags, noWindow, err := parseArgs(c.args, c.profile)
			require.NoError(t, err)
			require.Equal(t, c.noWindow, noWindow)
			require.Equal(t, "400", flags["width"])
		})
	}
}

func TestVersionsCompareByNumber(t *testing.T) {
	require.True(t, older("2.5.6", "3"))
	require.True(t, older("2.5.6", "2.10.0"))
	require.False(t, older("10.0.0", "3"))
	require.False(t, older("3", "3.0.0"))
	require.False(t, older("3.1.0", ""))
}
