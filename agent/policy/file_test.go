package policy_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
)

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	_, err := policy.Load(path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	want := policy.Policy{FleetURL: "https://fleet.example.com", MDMHosts: []string{"mdm.example.com"}, ForcedInterval: policy.Duration(20 * time.Minute),
		Deadline: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), Deferrals: 3, Texts: map[string]map[string]string{"de": {"start": "Los"}}}
	require.NoError(t, policy.Save(path, want))
	got, err := policy.Load(path)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestBadPolicy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	for text, says := range map[string]string{
		`{"deferrals":"three"}`:       "deferrals",
		`{"forced_interval":"soon"}`:  "soon",
		`{"deadline":"next tuesday"}`: "next tuesday",
		`{`:                           path,
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		_, err := policy.Load(path)
		require.ErrorContains(t, err, says)
	}
}

func TestIsFleet(t *testing.T) {
	p := policy.Policy{FleetURL: "https://fleet.example.com:8443/sub", MDMHosts: []string{"mdm.example.com"}}
	for url, want := range map[string]bool{
		"https://fleet.example.com/mdm/apple/mdm": true, "https://FLEET.example.com": true, "https://MDM.example.com/x?y=z": true,
		"https://fleet.example.com.evil.example": false, "https://old.example.com": false, "": false, "::": false,
	} {
		require.Equal(t, want, p.IsFleet(url), url)
	}
	require.False(t, policy.Policy{}.IsFleet(""), "nothing is not Fleet")
}

func TestPolicyOfSomebodyElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	require.NoError(t, policy.Save(path, policy.Policy{FleetURL: "https://fleet.example.com"}))
	require.NoError(t, os.Chmod(path, 0o646))
	p, err := policy.Load(path)
	require.ErrorContains(t, err, "can be written by others")
	require.Zero(t, p)
	require.NoError(t, os.WriteFile(path, make([]byte, 2<<20), 0o600))
	require.NoError(t, os.Chmod(path, 0o600))
	_, err = policy.Load(path)
	require.ErrorContains(t, err, "larger than")
	_, err = policy.Load(t.TempDir())
	require.ErrorContains(t, err, "not a regular file")
}
