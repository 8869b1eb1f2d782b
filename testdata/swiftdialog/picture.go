package standin

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

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
