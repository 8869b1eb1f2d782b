//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
)

// What this process was told, a private key among it, is not for the browser,
// nor for whatever the person starts from there.
func TestChildrenInheritNoConfiguration(t *testing.T) {
	t.Setenv("FLEET_DESKTOP_FLEET_TLS_CLIENT_KEY", "private-key-of-the-test")
	t.Setenv("FLEET_DESKTOP_FLEET_URL", "https://fleet.example.com")
	opened := opener(t, `env >> "$(dirname "$0")/opened"`)
	require.NoError(t, newBrowser(t).Open(t.Context(), agent.Contact, "https://help.example.com"))
	raw, err := os.ReadFile(opened)
	require.NoError(t, err)
	require.Contains(t, string(raw), "PATH=", "it still has what programs need")
	require.NotContains(t, string(raw), "FLEET_DESKTOP")
}

// A browser that was not running yet stays, and keeps the pipes it inherited.
func TestABrowserThatStaysHoldsNothingUp(t *testing.T) {
	opened := opener(t, `sleep 600 & echo $! > "$(dirname "$0")/pid"`)
	t.Cleanup(func() {
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(opened), "pid"))
		require.NoError(t, err)
		pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	})
	require.NoError(t, newBrowser(t).Open(t.Context(), agent.Contact, "https://help.example.com"))
}
