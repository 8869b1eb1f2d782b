package standin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Control tells a stand-in how to behave. It lies in the bundle, because the
// driver rightly hands no environment through.
type Control struct {
	Profile string `json:"profile"` // a version: "2.4.2", "2.5.6", "3.1.0"
	Ends    []End  `json:"ends"`    // of the first window, the second …; the last one counts for all further ones
	Page    string `json:"page"`    // URL of a Page, for windows that end by "page"
	Slow    time.Duration
	NoRead  bool   `json:"no_read"` // it never takes its command file: no window
	Key     string `json:"key"`     // E5: an authorisation key is set
	Dir     string `json:"dir"`     // for transcripts and the counter
}

// End is how one window ends.
type End struct {
	How   string        `json:"how"` // see ending.go
	After time.Duration `json:"after"`
}

// Install lays out Dialog.app in dir around a built binary and gives the path
// to run.
func Install(dir, binary string, c Control) (string, error) {
	contents := filepath.Join(dir, "Dialog.app", "Contents")
	path := filepath.Join(contents, "MacOS", "Dialog")
	for _, d := range []string{filepath.Dir(path), filepath.Join(contents, "Resources"), c.Dir} {
		if d == "" {
			continue
		}
		if err := os.MkdirAll(d, 0o755); err != nil {
			return "", err
		}
	}
	os.Remove(path)
	if err := os.Link(binary, path); err != nil {
		data, rerr := os.ReadFile(binary)
		if rerr != nil {
			return "", rerr
		}
		if err := os.WriteFile(path, data, 0o755); err != nil {
			return "", err
		}
	}
	if err := os.WriteFile(filepath.Join(contents, "Info.plist"), []byte(infoPlist(c.Profile)), 0o644); err != nil {
		return "", err
	}
	return path, SetControl(path, c)
}

// SetControl changes how the windows opened from now on behave.
func SetControl(path string, c Control) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	file := controlFile(path)
	if err := os.WriteFile(file+".new", data, 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

func controlFile(path string) string {
	return filepath.Join(filepath.Dir(path), "..", "Resources", "standin.json")
}

func loadControl(path string) (Control, error) {
	var c Control
	data, err := os.ReadFile(controlFile(path))
	if err != nil {
		return c, fmt.Errorf("the stand-in needs its control file: %w", err)
	}
	return c, json.Unmarshal(data, &c)
}

func infoPlist(version string) string {
	needs := "12.0"
	if !older(version, "3") {
		needs = "15.0"
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>CFBundleIdentifier</key><string>au.csiro.dialog</string><key>CFBundleShortVersionString</key><string>` + version +
		`</string><key>CFBundleVersion</key><string>4805</string><key>LSMinimumSystemVersion</key><string>` + needs + `</string></dict></plist>
`
}
