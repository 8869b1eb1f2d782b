package standin

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	variable = regexp.MustCompile(`\{[A-Za-z_]\w*\}`)
	colored  = regexp.MustCompile(`:[A-Za-z]+\[`)
	unseen   = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f\u0085\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd]")
	numeric  = words("iconsize width height timer progress bannerheight iconalpha pid")
	pictures = words("icon bannerimage overlayicon image screenbackground")
	choices  = map[string]string{
		"messagealignment": "left centre center right", "messageposition": "top centre center bottom", "appearance": "light dark",
	}
)

// spoken are the texts of people, in which the real one replaces things.
var spoken = words("title message button1text button2text infobuttontext infotext progresstext infobox helpmessage iconalttext")

func checkText(key, s, version string) error {
	switch {
	case bareFlags[key]:
		return errors.New("a text on a flag always means on")
	case strings.TrimSpace(s) == "":
		return errors.New("it is empty")
	case strings.HasPrefix(s, "-"):
		return errors.New("it begins with a dash")
	case strings.HasSuffix(strings.ToLower(s), ".md"):
		return errors.New("it ends in .md and would be loaded as a file")
	case unseen.MatchString(s):
		return errors.New("it holds a control or bidirectional character")
	case spoken[key]:
		return checkSpoken(s)
	case pictures[key]:
		return checkPicture(s, version)
	case choices[key] != "" && !words(choices[key])[s]:
		return fmt.Errorf("it is none of %s", choices[key])
	case key == "quitkey" && len([]rune(s)) != 1:
		return errors.New("it is one character")
	case strings.HasSuffix(key, "font"):
		return checkFont(s)
	case numeric[key]:
		return checkNumber(s)
	}
	return nil
}

// checkSpoken finds what the real one would replace.
func checkSpoken(s string) error {
	switch {
	case variable.MatchString(s):
		return errors.New("{name} would be replaced by an environment variable")
	case colored.MatchString(s):
		return errors.New(":word[ would be taken for a color")
	case strings.Contains(s, "<br>"), strings.Contains(s, "<hr>"):
		return errors.New("<br> and <hr> would be replaced")
	}
	return nil
}

func checkNumber(s string) error {
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return errors.New("it is not a number")
	}
	return nil
}

func checkFont(s string) error {
	for _, part := range strings.Split(s, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return fmt.Errorf("the part %q without = crashes it", part)
		}
		if _, err := strconv.ParseFloat(value, 64); name == "size" && err != nil {
			return fmt.Errorf("the size %q is not a number", value)
		}
	}
	return nil
}
