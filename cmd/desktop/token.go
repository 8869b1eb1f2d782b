package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"fleetmigrate/pkg/deviceclient"
)

// maxToken is more than any token has; what is longer is no token file.
const maxToken = 1 << 10

// readToken reads the device token. What it says is checked by the client
// before it goes into a path.
func readToken(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: %s is not there yet; orbit writes it", deviceclient.ErrNoToken, path)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", deviceclient.ErrNoToken, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxToken))
	if err != nil {
		return "", fmt.Errorf("%w: reading %s: %w", deviceclient.ErrNoToken, path, err)
	}
	return string(data), nil
}
