package standin

import (
	"errors"
	"fmt"
	"regexp"
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

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// secretLike is what must never stand in an argument list.
var secretLike = regexp.MustCompile(`(?i)(/device/|enroll_secret|node_key|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)

// parseArgs reads the arguments: whole tokens, the next token is the value.
// noWindow is what 3.x does when a bare flag stands before one with a value.
func parseArgs(args []string, version string) (flags map[string]string, noWindow bool, err error) {
	flags = map[string]string{}
	bareSeen := false
	for i := 0; i < len(args); i++ {
		name, err := flagName(args[i])
		if err != nil {
			return nil, false, err
		}
		if bareFlags[name] {
			flags[name], bareSeen = "", true
			continue
		}
		if i+1 == len(args) {
			return nil, false, fmt.Errorf("flag --%s has no value", name)
		}
		i++
		if err := checkValue(name, args[i]); err != nil {
			return nil, false, err
		}
		if _, again := flags[name]; !again { // the first occurrence wins
			flags[name] = args[i]
		}
		noWindow = noWindow || bareSeen && version >= "3"
	}
	return flags, noWindow, nil
}

func flagName(token string) (string, error) {
	name, long := strings.CutPrefix(token, "--")
	switch {
	case strings.TrimSpace(token) == "":
		return "", errors.New("an empty argument: 3.x never opens its window")
	case token == "-":
		return "", errors.New(`the argument "-" switches every flag without a short name on`)
	case !long:
		return "", fmt.Errorf("a stray argument %q", token)
	case strings.Contains(name, "="):
		return "", fmt.Errorf("%q: there is no --name=value", token)
	case !valueFlags[name] && !bareFlags[name]:
		return "", fmt.Errorf("flag %q does not exist and would be ignored", token)
	}
	return name, nil
}

func checkValue(name, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return fmt.Errorf("flag --%s has an empty value", name)
	case strings.HasPrefix(value, "-"):
		return fmt.Errorf("the value of --%s begins with a dash and would be dropped", name)
	case strings.HasSuffix(value, ".md"):
		return fmt.Errorf("the value of --%s ends in .md and would be loaded as a file", name)
	case secretLike.MatchString(value):
		return fmt.Errorf("the value of --%s looks like a secret; every user can read it", name)
	case name == "commandfile" && strings.ContainsAny(value, " \t"):
		return errors.New("the command file's path has a space: it is not watched before macOS 14")
	case name == "jsonstring" && strings.Contains(value, "\n"):
		return errors.New("--jsonstring takes one line only")
	}
	return nil
}
