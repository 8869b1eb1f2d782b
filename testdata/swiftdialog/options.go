package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// errFile is the ending 202: a JSON file that is missing or bad.
type errFile string

func (e errFile) Error() string { return string(e) }

// load reads and checks the JSON file.
func load(path, version string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, errFile("ERROR: File not found : " + path)
	}
	var m map[string]any
	if json.Unmarshal(data, &m) != nil {
		return nil, errFile("JSON import failed")
	}
	for key, value := range m {
		if err := checkJSON(key, value, version); err != nil {
			return nil, fmt.Errorf("JSON key %q: %w", key, err)
		}
	}
	return m, nil
}

func checkJSON(key string, value any, version string) error {
	if err := checkFlag(key, version); err != nil {
		return err
	}
	switch v := value.(type) {
	case bool:
		return checkBool(key, v, version)
	case string:
		if spoken[key] && strings.Contains(v, `\n`) {
			return errors.New(`the two characters \n would become a line break`)
		}
		return checkText(key, v, version)
	case float64:
		if bareFlags[key] {
			return errors.New("a number on a flag always means on")
		}
		if !numeric[key] {
			return errors.New("a number is not what it takes")
		}
		return nil
	case nil:
		return errors.New("it is null")
	}
	return fmt.Errorf("a %T is not understood", value)
}

func checkBool(key string, on bool, version string) error {
	switch {
	case !on:
		return errors.New("a false boolean counts as on up to 2.4.2; leave it out")
	case valueFlags[key]:
		return errors.New("a JSON true on an option with a value means absent")
	case older(version, "2.5") && (key == "hideicon" || key == "hidetimerbar" || key == "windowbuttons"):
		return errors.New("a JSON true turns it off in this version")
	}
	return nil
}

var (
	variable = regexp.MustCompile(`\{[A-Za-z_]\w*\}`)
	coloured = regexp.MustCompile(`:[A-Za-z]+\[`)
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
	case coloured.MatchString(s):
		return errors.New(":word[ would be taken for a colour")
	case strings.Contains(s, "<br>"), strings.Contains(s, "<hr>"):
		return errors.New("<br> and <hr> would be replaced")
	}
	return nil
}

// checkPicture wants a local file: a URL makes the window wait for somebody's
// server.
func checkPicture(s, version string) error {
	if strings.Contains(s, ":dark=") && older(version, "2.5.1") {
		return errors.New(":dark= is from 2.5.1; before, the whole is a bad path")
	}
	for _, path := range paths(s) {
		if path[0] != '/' {
			return fmt.Errorf("%q is not the absolute path of a file", path)
		}
	}
	return nil
}

// present wants every picture to be there: a bad path is a silent app icon, a
// question mark or exit 201.
func present(options map[string]any) error {
	for key, value := range options {
		s, _ := value.(string)
		if !pictures[key] {
			continue
		}
		for _, path := range paths(s) {
			if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
				return fmt.Errorf("JSON key %q: %q is not the path of a file", key, path)
			}
		}
	}
	return nil
}

// paths are the files that a picture names.
func paths(s string) (files []string) {
	if s == "none" || strings.HasPrefix(s, "SF=") {
		return nil
	}
	for _, path := range strings.Split(s, ":dark=") {
		if path != "" {
			files = append(files, path)
		}
	}
	return files
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

// CheckFile reads a JSON file as a version would, and says what that version
// would refuse or mangle. Whether its pictures are there is not looked at.
func CheckFile(path, profile string) error {
	_, err := load(path, profile)
	return err
}
