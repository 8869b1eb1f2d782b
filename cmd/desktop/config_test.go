package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
)

// env is an environment for parse.
type env map[string]string

func (e env) get(name string) string { return e[name] }

func TestParse(t *testing.T) {
	all := env{
		"HOME": "/home/jo", "FLEET_DESKTOP_FLEET_URL": "https://env.example.com", "FLEET_DESKTOP_DEVICE_IDENTIFIER_PATH": "/e/identifier",
		"FLEET_DESKTOP_FLEET_ROOT_CA": "/e/ca.pem", "FLEET_DESKTOP_INSECURE": "1", "FLEET_DESKTOP_FLEET_TLS_CLIENT_CERTIFICATE": "CERT",
		"FLEET_DESKTOP_FLEET_TLS_CLIENT_KEY": "KEY", "FLEET_DESKTOP_ALTERNATIVE_BROWSER_HOST": "b.example.com", "FLEET_DESKTOP_SWIFT_DIALOG": "/e/Dialog",
		"FLEET_DESKTOP_HOST": "/e/mac.json", "FLEET_DESKTOP_STATE_DIR": "/e/state", "FLEET_DESKTOP_DATA_DIR": "/e/var", "FLEET_DESKTOP_LOG_FILE": "/e/log",
		"FLEET_DESKTOP_MDM_HOSTS": "m.example.com", "FLEET_DESKTOP_POLL_INTERVAL": "1m", "FLEET_DESKTOP_FORCED_INTERVAL": "2m", "FLEET_DESKTOP_GAP_INTERVAL": "3m",
	}
	want := config{FleetURL: "https://env.example.com", TokenFile: "/e/identifier", RootCA: "/e/ca.pem", Insecure: true, ClientCert: "CERT", ClientKey: "KEY",
		BrowserHost: "b.example.com", SwiftDialog: "/e/Dialog", Host: "/e/mac.json", StateDir: "/e/state", DataDir: "/e/var", LogFile: "/e/log",
		MDMHosts: "m.example.com", Poll: time.Minute, Forced: 2 * time.Minute, Gap: 3 * time.Minute}
	c, problems, err := parse(nil, all.get, nil)
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Equal(t, want, c)

	c, problems, err = parse([]string{"--fleet-url", "https://flag.example.com", "--token-file=/f/identifier", "--root-ca", "/f/ca.pem", "--insecure=false",
		"--browser-host", "f.example.com", "--swift-dialog", "/f/Dialog", "--host", "system", "--state-dir", "/f/state", "--data-dir", "/f/var", "--log-file", "-",
		"--mdm-hosts", "x,y", "--poll-interval", "10s", "--forced-interval", "20s", "--gap-interval", "30s"}, all.get, nil)
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Equal(t, config{FleetURL: "https://flag.example.com", TokenFile: "/f/identifier", RootCA: "/f/ca.pem", ClientCert: "CERT", ClientKey: "KEY",
		BrowserHost: "f.example.com", SwiftDialog: "/f/Dialog", Host: "system", StateDir: "/f/state", DataDir: "/f/var", LogFile: "-",
		MDMHosts: "x,y", Poll: 10 * time.Second, Forced: 20 * time.Second, Gap: 30 * time.Second}, c, "a flag wins")
}

func TestDefaults(t *testing.T) {
	c, problems, err := parse(nil, env{"HOME": "/home/jo"}.get, nil)
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Equal(t, "system", c.Host)
	require.Equal(t, dataDir, c.DataDir)
	require.Equal(t, filepath.Join(dataDir, "users", strconv.Itoa(os.Getuid()), "identifier"), c.TokenFile)
	require.Contains(t, c.StateDir, "/home/jo/")
	require.Zero(t, c.Poll)
}

// A bad environment would be the same at the next start: it is reported, and
// what it does not spoil counts.
func TestBadEnvironmentIsAProblemAndNoEnd(t *testing.T) {
	for name, c := range map[string]struct{ value, says string }{
		"FLEET_DESKTOP_INSECURE":        {"maybe", `FLEET_DESKTOP_INSECURE: "maybe" is neither true nor false`},
		"FLEET_DESKTOP_POLL_INTERVAL":   {"5", `FLEET_DESKTOP_POLL_INTERVAL: "5" is not a duration; write it like 90s or 15m`},
		"FLEET_DESKTOP_FORCED_INTERVAL": {"1ms", "FLEET_DESKTOP_FORCED_INTERVAL: a duration of at least 1s is needed"},
		"FLEET_DESKTOP_GAP_INTERVAL":    {"-3m", "at least 1s"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, problems, err := parse(nil, env{name: c.value, "HOME": "/home/jo", "FLEET_DESKTOP_FLEET_URL": "https://f.example.com"}.get, nil)
			require.NoError(t, err)
			require.Len(t, problems, 1)
			require.ErrorContains(t, problems[0], c.says)
			require.Equal(t, "https://f.example.com", cfg.FleetURL)
			require.False(t, cfg.Insecure)
			require.Zero(t, cfg.Poll+cfg.Forced+cfg.Gap)
		})
	}
}

func TestBadArguments(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"unknown":          {[]string{"--fleet-uri", "x"}, "flag provided but not defined: -fleet-uri; see --help"},
		"no value":         {[]string{"--fleet-url"}, "flag needs an argument: -fleet-url; see --help"},
		"bad duration":     {[]string{"--poll-interval", "soon"}, `"soon" is not a duration`},
		"bad boolean":      {[]string{"--insecure=perhaps"}, "neither true nor false"},
		"an argument":      {[]string{"run"}, `unexpected argument "run"; see --help`},
		"key in a flag":    {[]string{"--client-key", "x"}, "not defined"},
		"after a good one": {[]string{"--insecure", "true"}, `unexpected argument "true"`},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			_, _, err := parse(c.args, env{}.get, &out)
			require.ErrorContains(t, err, c.says)
			require.Empty(t, out.String(), "one line is enough")
		})
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	var out bytes.Buffer
	_, _, err := parse([]string{"--help"}, env{}.get, &out)
	require.ErrorIs(t, err, flag.ErrHelp)
	for _, s := range (&config{}).settings() {
		require.Contains(t, out.String(), s.env)
		require.Contains(t, out.String(), "--"+s.name)
	}
	require.Contains(t, out.String(), "--version")
}

func TestOverThePolicy(t *testing.T) {
	fromOrbit := policy.Policy{FleetURL: "https://p.example.com", RootCA: "/p/ca.pem", BrowserHost: "p.example.com", SwiftDialog: "/p/Dialog",
		MDMHosts: []string{"a.example.com"}, PollInterval: policy.Duration(time.Minute), Deferrals: 3}
	require.Equal(t, fromOrbit, config{}.over(fromOrbit), "what is not said changes nothing")

	c := config{FleetURL: "https://c.example.com", RootCA: "/c/ca.pem", BrowserHost: "c.example.com", SwiftDialog: "/c/Dialog", Insecure: true,
		MDMHosts: " b.example.com ,,c.example.com", Poll: 2 * time.Minute, Forced: 3 * time.Minute, Gap: 4 * time.Minute}
	require.Equal(t, policy.Policy{FleetURL: "https://c.example.com", RootCA: "/c/ca.pem", BrowserHost: "c.example.com", SwiftDialog: "/c/Dialog", Insecure: true,
		MDMHosts: []string{"a.example.com", "b.example.com", "c.example.com"}, PollInterval: policy.Duration(2 * time.Minute),
		ForcedInterval: policy.Duration(3 * time.Minute), GapInterval: policy.Duration(4 * time.Minute), Deferrals: 3}, c.over(fromOrbit))
	require.Equal(t, []string{"a.example.com"}, fromOrbit.MDMHosts, "and the policy itself stays")
}
