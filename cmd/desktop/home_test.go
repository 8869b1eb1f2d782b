package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Without a home there is no place for the state, and a path relative to
// wherever launchd happens to stand is none.
func TestWithoutAHome(t *testing.T) {
	_, _, err := parse(nil, env{}.get, nil)
	require.ErrorContains(t, err, "HOME is not set")
	require.ErrorContains(t, err, "--state-dir")
	_, _, err = parse([]string{"--state-dir", "/tmp/state"}, env{}.get, nil)
	require.NoError(t, err)
}

// Every user of a Mac can read every argument list.
func TestTheClientKeyIsNoFlag(t *testing.T) {
	for _, s := range (&config{}).settings() {
		if s.env == "FLEET_DESKTOP_FLEET_TLS_CLIENT_KEY" || s.env == "FLEET_DESKTOP_FLEET_TLS_CLIENT_CERTIFICATE" {
			require.Empty(t, s.name)
		}
	}
	_, _, err := parse([]string{"--fleet-tls-client-key", "secret"}, env{"HOME": "/home/jo"}.get, nil)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
}
