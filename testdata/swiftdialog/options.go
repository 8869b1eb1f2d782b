package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
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

// CheckFile reads a JSON file as a version would, and says what that version
// would refuse or mangle. Whether its pictures are there is not looked at.
func CheckFile(path, profile string) error {
	_, err := load(path, profile)
	return err
}
