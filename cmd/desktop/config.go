package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"fleetmigrate/agent/policy"
)

// config is what flags and environment say. The names of the environment are
// Fleet's own where Fleet has one, so that Fleet's orbit can start this desktop.
type config struct {
	FleetURL, TokenFile, RootCA string
	Insecure                    bool
	ClientCert, ClientKey       string // PEM content; never by flag, where every user could read it
	BrowserHost                 string
	SwiftDialog, Host, HostRoot string
	StateDir, DataDir, LogFile  string
	MDMHosts                    string
	Poll, Forced, Gap           time.Duration
	ShowVersion                 bool
}

// dataDir is where orbit publishes for the desktop; see docs/architecture.md.
const dataDir = "/opt/fleet-migrate/var"

const help = `Fleet Desktop: moves this Mac to Fleet's MDM, from the menu bar.

Usage: desktop [flags]

Each flag can be given by the environment name behind it; a flag wins. What
neither gives comes from orbit's policy.json in the data directory.

Examples:
  desktop                                          started by launchd, configured by orbit
  desktop --fleet-url https://fleet.example.com --token-file /opt/orbit/identifier
  FLEET_DESKTOP_HOST=mac.json desktop --state-dir /tmp/state    a Mac described by a file

Flags:
`

// setting is one row of the table that makes both the flags and the help.
type setting struct {
	name, env, usage string
	value            flag.Value
}

func (c *config) settings() []setting {
	return []setting{
		{"fleet-url", "FLEET_DESKTOP_FLEET_URL", "URL of the Fleet server; a path in it is kept", (*text)(&c.FleetURL)},
		{"token-file", "FLEET_DESKTOP_DEVICE_IDENTIFIER_PATH", "file with the device token; it is watched", (*text)(&c.TokenFile)},
		{"root-ca", "FLEET_DESKTOP_FLEET_ROOT_CA", "PEM file: trust these authorities only", (*text)(&c.RootCA)},
		{"insecure", "FLEET_DESKTOP_INSECURE", "do not verify the server's certificate, allow http", (*boolean)(&c.Insecure)},
		{"", "FLEET_DESKTOP_FLEET_TLS_CLIENT_CERTIFICATE", "client certificate (PEM content)", (*text)(&c.ClientCert)},
		{"", "FLEET_DESKTOP_FLEET_TLS_CLIENT_KEY", "its private key (PEM content)", (*text)(&c.ClientKey)},
		{"browser-host", "FLEET_DESKTOP_ALTERNATIVE_BROWSER_HOST", "host[:port] for links opened in the browser", (*text)(&c.BrowserHost)},
		{"swift-dialog", "FLEET_DESKTOP_SWIFT_DIALOG", "path of swiftDialog's Dialog binary", (*text)(&c.SwiftDialog)},
		{"host", "FLEET_DESKTOP_HOST", "a facts file that stands for the Mac, or \"system\"", (*text)(&c.Host)},
		{"host-root", "FLEET_DESKTOP_HOST_ROOT", "folder that stands for / when macOS's commands are run", (*text)(&c.HostRoot)},
		{"state-dir", "FLEET_DESKTOP_STATE_DIR", "folder for what must survive a restart", (*text)(&c.StateDir)},
		{"data-dir", "FLEET_DESKTOP_DATA_DIR", "orbit's folder: policy, facts, token", (*text)(&c.DataDir)},
		{"log-file", "FLEET_DESKTOP_LOG_FILE", "log file, or - for standard error", (*text)(&c.LogFile)},
		{"mdm-hosts", "FLEET_DESKTOP_MDM_HOSTS", "further hosts that mean \"enrolled in Fleet\", with commas", (*text)(&c.MDMHosts)},
		{"poll-interval", "FLEET_DESKTOP_POLL_INTERVAL", "between two polls (default 5m)", (*duration)(&c.Poll)},
		{"forced-interval", "FLEET_DESKTOP_FORCED_INTERVAL", "between two forced dialogs (default 15m)", (*duration)(&c.Forced)},
		{"gap-interval", "FLEET_DESKTOP_GAP_INTERVAL", "between two dialogs while in no MDM (default 3m)", (*duration)(&c.Gap)},
	}
}

// parse reads the environment, then the flags. A bad environment value is a
// problem to log, not an end: launchd would only start the same again.
func parse(args []string, getenv func(string) string, out io.Writer) (config, []error, error) {
	var c config
	var problems []error
	flags := flag.NewFlagSet("desktop", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&c.ShowVersion, "version", false, "print the version")
	for _, s := range c.settings() {
		if v := getenv(s.env); v != "" {
			if err := s.value.Set(v); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", s.env, err))
			}
		}
		if s.name != "" {
			flags.Var(s.value, s.name, s.usage)
		}
	}
	flags.Usage = func() {} // not for every slip
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(out, c.settings())
		return c, nil, err
	case err != nil:
		return c, nil, fmt.Errorf("%w; see --help", err)
	}
	if flags.NArg() > 0 {
		return c, nil, fmt.Errorf("unexpected argument %q; see --help", flags.Arg(0))
	}
	if c.ShowVersion {
		return c, nil, nil
	}
	return c, problems, c.defaults(getenv)
}

func usage(out io.Writer, settings []setting) {
	fmt.Fprint(out, help)
	for _, s := range settings {
		name := "(environment only)"
		if s.name != "" {
			name = "--" + s.name
		}
		fmt.Fprintf(out, "  %-18s %s\n  %-18s   %s\n", name, s.usage, "", s.env)
	}
	fmt.Fprintf(out, "  %-18s print the version\n  %-18s this text\n", "--version", "--help")
}

func (c *config) defaults(getenv func(string) string) error {
	home := getenv("HOME")
	if home == "" && c.StateDir == "" {
		return errors.New("HOME is not set, so there is no place for the state; set it, or give --state-dir")
	}
	state, logs := filepath.Join(home, ".local/state/fleet-migrate"), "-"
	if runtime.GOOS == "darwin" {
		state = filepath.Join(home, "Library/Application Support/FleetMigrate")
		logs = filepath.Join(home, "Library/Logs/FleetMigrate/desktop.log")
	}
	set := func(s *string, def string) {
		if *s == "" {
			*s = def
		}
	}
	set(&c.StateDir, state)
	set(&c.LogFile, logs)
	set(&c.DataDir, dataDir)
	set(&c.TokenFile, filepath.Join(c.DataDir, "users", strconv.Itoa(os.Getuid()), "identifier"))
	set(&c.Host, "system")
	return nil
}

// over lays what this process was told over what orbit publishes.
func (c config) over(p policy.Policy) policy.Policy {
	set := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	set(&p.FleetURL, c.FleetURL)
	set(&p.RootCA, c.RootCA)
	set(&p.BrowserHost, c.BrowserHost)
	set(&p.SwiftDialog, c.SwiftDialog)
	p.Insecure = p.Insecure || c.Insecure
	for _, h := range strings.Split(c.MDMHosts, ",") {
		if h = strings.TrimSpace(h); h != "" {
			p.MDMHosts = append(p.MDMHosts[:len(p.MDMHosts):len(p.MDMHosts)], h)
		}
	}
	for to, v := range map[*policy.Duration]time.Duration{&p.PollInterval: c.Poll, &p.ForcedInterval: c.Forced, &p.GapInterval: c.Gap} {
		if v > 0 {
			*to = policy.Duration(v)
		}
	}
	return p
}
