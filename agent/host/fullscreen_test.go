package host_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
)

// appleWindows stands for what JavaScript for Automation brings along, as far
// as the script uses it.
const appleWindows = `
const win = (owner, layer, X, Y, Width, Height) => ({ kCGWindowOwnerName: owner, kCGWindowLayer: layer, kCGWindowBounds: { X, Y, Width, Height } });
const frame = (x, y, width, height) => ({ origin: { x, y }, size: { width, height } });
globalThis.ObjC = { import() {}, castRefToObject: (x) => x, unwrap: (x) => x, deepUnwrap: (x) => x };
globalThis.$ = { CGWindowListCopyWindowInfo: () => [WINDOWS], NSScreen: { screens: [FRAMES].map((frame) => ({ frame })) } };
`

// TestFullScreenScript runs the very script that macOS gets, in another engine
// of JavaScript, against windows as they lie on one and on two displays.
func TestFullScreenScript(t *testing.T) {
	script, err := os.ReadFile("fullscreen.js")
	require.NoError(t, err)
	b := browser.New(t)
	b.Go("about:blank")
	one, two := "frame(0,0,1440,900)", "frame(0,0,1440,900), frame(1440,-180,1920,1080)"
	bar, bar2 := `win("Window Server",24,0,0,1440,24)`, `win("Window Server",24,1440,0,1920,24)`
	for name, tt := range map[string]struct{ frames, windows, want string }{
		"a desktop":                   {one, bar + `,win("Mail",0,100,100,800,600)`, ""},
		"zoomed below the menu bar":   {one, bar + `,win("Safari",0,0,24,1440,876)`, ""},
		"full screen":                 {one, `win("Keynote",0,0,0,1440,900)`, "Keynote"},
		"full screen below a notch":   {one, `win("Keynote",0,0,38,1440,862)`, "Keynote"},
		"half of a split screen":      {one, `win("Notes",0,0,0,719,900),win("Mail",0,721,0,719,900)`, ""},
		"the desktop picture":         {one, bar + `,win("Dock",-2147483624,0,0,1440,900)`, ""},
		"on the second display":       {two, bar + `,win("Mail",0,10,30,600,400),win("Zoom",0,1440,0,1920,1080)`, "Zoom"},
		"menu bars on both":           {two, bar + "," + bar2 + `,win("Safari",0,1440,24,1920,1056)`, ""},
		"nothing at all":              {one, "", ""},
		"a game above the menu bar's": {one, `win("Game",0,0,0,1440,900),win("Window Server",24,0,-24,1440,24)`, "Game"},
	} {
		apple := strings.NewReplacer("WINDOWS", tt.windows, "FRAMES", tt.frames).Replace(appleWindows)
		require.Equal(t, tt.want, browser.Eval[string](b, "(() => {"+apple+string(script)+"; return run() })()"), name)
	}
}
