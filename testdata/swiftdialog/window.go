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
	if !valueFlags[key] && !bareFlags[key] {
		return errors.New("it does not exist and would be ignored")
	}
	switch v := value.(type) {
	case bool:
		return checkBool(key, v, version)
	case string:
		return checkText(key, v)
	case float64:
		if bareFlags[key] {
			return errors.New("a number on a flag always means on")
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
	case version < "2.5" && (key == "hideicon" || key == "hidetimerbar" || key == "windowbuttons"):
		return errors.New("a JSON true turns it off in this version")
	}
	return nil
}

var (
	variable = regexp.MustCompile(`\{[A-Za-z_]\w*\}`)
	coloured = regexp.MustCompile(`:[A-Za-z]+\[`)
	numeric  = words("iconsize width height timer progress bannerheight iconalpha pid")
)

// mangled are the texts in which the real one replaces things.
var mangled = words("title message button1text button2text infobuttontext infotext progresstext infobox helpmessage iconalttext")

func checkText(key, s string) error {
	switch {
	case bareFlags[key] && (s == "true" || s == "false"):
		return errors.New("a text on a flag always means on")
	case strings.HasPrefix(s, "-"):
		return errors.New("it begins with a dash")
	case strings.HasSuffix(s, ".md"):
		return errors.New("it ends in .md and would be loaded as a file")
	case mangled[key] && variable.MatchString(s):
		return errors.New("{name} would be replaced by an environment variable")
	case mangled[key] && coloured.MatchString(s):
		return errors.New(":word[ would be taken for a colour")
	case s == "" || strings.TrimSpace(s) == "":
		return errors.New("it is empty")
	case strings.ContainsRune(s, 0):
		return errors.New("it holds a NUL")
	case numeric[key]:
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return errors.New("it is not a number")
		}
	case key == "quitkey" && len([]rune(s)) != 1:
		return errors.New("it is one character")
	case strings.HasSuffix(key, "font"):
		return checkFont(s)
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
// would refuse or mangle.
func CheckFile(path, profile string) error {
	_, err := load(path, profile)
	return err
}
