package main

import (
	"errors"
	"fmt"
	"io/fs"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/pkg/deviceclient"
)

// maxToken is more than any token has; what is longer is no token file.
const maxToken = 1 << 10

// readToken reads the device token. What it says is checked by the client
// before it goes into a path.
func readToken(path string) (string, error) {
	data, err := atomicfile.ReadOwned(path, maxToken)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%w: %s is not there yet; orbit writes it", deviceclient.ErrNoToken, path)
	case err != nil:
		return "", fmt.Errorf("%w: reading the token: %w", deviceclient.ErrNoToken, err)
	}
	return string(data), nil
}
