package prompt

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"

	"fleetmigrate/agent/atomicfile"
)

// The pictures are drawn for this agent; drawn in pictures/src and rendered by pictures/render.go.
//
//go:embed pictures/*.png
var pictures embed.FS

// Unpack writes the pictures into a folder, where swiftDialog can read them.
// What is already there and the same is left alone.
func Unpack(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("unpacking the pictures: %w", err)
	}
	entries, err := pictures.ReadDir("pictures")
	if err != nil {
		return fmt.Errorf("unpacking the pictures: %w", err)
	}
	for _, e := range entries {
		data, err := pictures.ReadFile("pictures/" + e.Name())
		if err != nil {
			return fmt.Errorf("unpacking the pictures: %w", err)
		}
		path := filepath.Join(dir, e.Name())
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
			continue
		}
		if err := atomicfile.Write(path, data, 0o600); err != nil {
			return fmt.Errorf("unpacking the pictures: %w", err)
		}
	}
	return nil
}
