package standin

import (
	"fmt"
	"strconv"
	"strings"
)

// The kinds of flags that exist; what is not here is unknown.
var (
	valueFlags = words(`title titlefont message messagefont messagealignment alignment messageposition icon iconsize iconalpha iconalttext overlayicon
		bannerimage bannertitle bannertext bannerheight button1text button1action button2text button2action infobuttontext infobuttonaction buttonstyle
		buttonsize buttontextsize helpmessage helpalignment infobox infotext timer progress progresstext progresstextalignment quitkey width height position
		positionoffset style commandfile jsonfile jsonstring pid appearance key debug image imagecaption subtitle identifier screenbackground`)
	bareFlags = words(`hideicon centreicon centericon button1disabled button2 button2disabled infobutton quitoninfo hidetimerbar ontop showonallscreens
		blurscreen hideotherapps moveable resizable windowbuttons mini small big fullscreen presentation loginwindow hidedefaultkeyboardaction
		alwaysreturninput json ignorednd verbose version help notification`)
)

// since is the version that brought a flag, where it is younger than 2.3.2, the
// oldest that the driver runs.
var since = map[string]string{
	"bannerheight": "2.4.0", "positionoffset": "2.4.0", "resizable": "2.4.0", "windowbuttons": "2.4.0", "hidedefaultkeyboardaction": "2.4.0",
	"showonallscreens": "2.4.2", "presentation": "2.5.0", "loginwindow": "2.5.0", "alwaysreturninput": "2.5.0", "verbose": "2.5.0",
	"appearance": "2.5.1", "buttonsize": "2.5.6", "identifier": "2.5.6", "buttontextsize": "3.0.0", "progresstextalignment": "3.0.0",
	"hideotherapps": "3.0.0", "screenbackground": "3.1.0",
	// pid is from 3.0.0; older versions ignore it without harm, and the driver relies on that.
}

// inert is the version from which a flag is accepted and does nothing.
var inert = map[string]string{
	"button1action": "3.0.0", "button2action": "0.0.0", "hidedefaultkeyboardaction": "3.0.0", "ignorednd": "2.0.0",
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// checkFlag says why a flag would be ignored.
func checkFlag(name, version string) error {
	switch from, old := inert[name]; {
	case !valueFlags[name] && !bareFlags[name]:
		return fmt.Errorf("flag %q does not exist and would be ignored", name)
	case older(version, since[name]):
		return fmt.Errorf("flag %q is from %s; %s would ignore it", name, since[name], version)
	case old && !older(version, from):
		return fmt.Errorf("flag %q does nothing in %s", name, version)
	}
	return nil
}

// older compares dotted versions by number.
func older(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if x, y := part(as, i), part(bs, i); x != y {
			return x < y
		}
	}
	return false
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, _ := strconv.Atoi(parts[i])
	return n
}
