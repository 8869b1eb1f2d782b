package standin

import (
	"errors"
	"fmt"
	"strings"
)

// commandsSince are the commands, and what brought the younger ones.
var commandsSince = map[string]string{
	"title": "", "message": "", "button1": "", "button1text": "", "button2": "", "button2text": "", "icon": "", "iconalpha": "", "image": "", "imagecaption": "",
	"progress": "", "progresstext": "", "quit": "", "width": "", "height": "", "overlayicon": "", "alignment": "", "infotext": "", "infobox": "",
	"helpmessage": "", "activate": "", "position": "", "titlefont": "2.4.0", "bannerimage": "2.4.0", "bannertext": "2.4.0", "blurscreen": "2.5.1",
	"buttonsize": "2.5.6", "hide": "2.5.6", "show": "2.5.6",
}

// parseCommand reads one line. The first token is the name with its colon; the
// argument is the line without any "name: " in it, wherever that stands.
func parseCommand(line, version string) (name, value string, err error) {
	token, _, _ := strings.Cut(line, " ")
	name, colon := strings.CutSuffix(token, ":")
	from, known := commandsSince[name]
	value = strings.TrimPrefix(strings.TrimPrefix(line, token), " ")
	switch {
	case !colon || !known || older(version, from):
		return "", "", fmt.Errorf("command %.40q is none that %s knows and would be skipped", line, version)
	case strings.Contains(value, name+": "):
		return "", "", fmt.Errorf("command %q: every %q in its text would be lost", name, name+": ")
	case name == "message" && strings.HasPrefix(value, "+ "):
		return "", "", errors.New(`command "message": a text that begins with "+ " is appended`)
	case name == "button1" || name == "button2":
		if value != "enable" && value != "disable" {
			return "", "", fmt.Errorf("command %q can't do %q", name, value)
		}
		return name, value, nil
	case name == "quit" || name == "activate" || name == "hide" || name == "show":
		return name, "", nil
	}
	if err := checkText(name, value, version); err != nil {
		return "", "", fmt.Errorf("command %q: %w", name, err)
	}
	return name, strings.ReplaceAll(value, `\n`, "\n"), nil
}
