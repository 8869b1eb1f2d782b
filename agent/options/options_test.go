package options_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"howett.net/plist"

	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
)

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	unique := func(kind, name string) {
		require.False(t, seen[kind+name], "%s %s is there twice", kind, name)
		seen[kind+name] = true
	}
	for _, o := range options.All() {
		unique("name", o.Name)
		unique("env", o.Env)
		require.True(t, strings.HasPrefix(o.Env, "ORBIT_"), o.Env)
		require.NotEmpty(t, o.Help, o.Name)
		require.NotEmpty(t, o.Title, o.Name)
		require.Equal(t, o.Managed(), o.Key != "", o.Name)
		if o.Managed() {
			unique("key", o.Domain+o.Key)
			require.Contains(t, options.Domains(), o.Domain)
		}
		require.Equal(t, o.Kind == options.Choice, len(o.Choices) > 0, o.Name)
		if o.Default != "" {
			require.NoError(t, o.Check(o.Default), "the default is good")
		}
		if o.Example != "" && !o.Secret {
			require.NoError(t, o.Check(o.Example), "the example is good")
		}
		if o.Kind != options.Text {
			require.Error(t, o.Check("\x00"), "%s takes anything", o.Name)
		}
	}
}

// mac is a root folder and a host root, with profiles.
type mac struct {
	t    *testing.T
	root string
	host string
	src  *options.Sources
}

func newMac(t *testing.T) *mac {
	m := &mac{t: t, root: t.TempDir(), host: t.TempDir()}
	require.NoError(t, os.MkdirAll(filepath.Dir(options.ManagedFile(m.host, "x")), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(m.root, "etc"), 0o755))
	m.src = m.fresh(nil)
	return m
}

// fresh is another process on the same Mac.
func (m *mac) fresh(flags map[string]string, env ...string) *options.Sources {
	all := map[string]string{"root-dir": m.root, "host-root": m.host}
	for k, v := range flags {
		all[k] = v
	}
	return &options.Sources{Flags: all, Getenv: func(name string) string {
		for _, e := range env {
			if v, ok := strings.CutPrefix(e, name+"="); ok {
				return v
			}
		}
		return ""
	}}
}

func (m *mac) profile(domain string, keys map[string]any, format int) {
	data, err := plist.Marshal(keys, format)
	require.NoError(m.t, err)
	require.NoError(m.t, os.WriteFile(options.ManagedFile(m.host, domain), data, 0o644))
}

func (m *mac) file(name, text string) {
	require.NoError(m.t, os.WriteFile(filepath.Join(m.root, name), []byte(text), 0o600))
}

func (m *mac) keep(s *options.Sources) options.Resolved {
	m.t.Helper()
	r, err := s.Keep()
	require.NoError(m.t, err)
	return r
}

func TestPrecedence(t *testing.T) {
	m := newMac(t)
	m.file("etc/fleet-url", "https://file.example.com\n")
	value := func(s *options.Sources) options.Value { return s.Load().Value("fleet-url") }
	require.Equal(t, options.FromFile, value(m.src).Source)
	require.Equal(t, "https://file.example.com", value(m.src).Text)

	for _, format := range []int{plist.XMLFormat, plist.BinaryFormat} {
		m.profile(options.FleetDomain, map[string]any{"FleetURL": "https://profile.example.com", "EnrollSecret": "s"}, format)
		v := value(m.src)
		require.Equal(t, options.FromProfile, v.Source)
		require.Equal(t, "https://profile.example.com", v.Text)
	}
	env := "ORBIT_FLEET_URL=https://env.example.com"
	require.Equal(t, options.FromEnv, value(m.fresh(nil, env)).Source)
	v := value(m.fresh(map[string]string{"fleet-url": "https://flag.example.com"}, env))
	require.Equal(t, options.FromFlag, v.Source)
	require.Equal(t, "--fleet-url", v.Where)

	r := m.src.Load()
	require.Empty(t, r.Problems)
	require.Equal(t, "https://profile.example.com", r.Config.Policy.FleetURL)
	require.Equal(t, options.FromDefault, r.Value("forced-interval").Source)
	require.Equal(t, policy.Duration(15*time.Minute), r.Config.Policy.ForcedInterval)
	require.Equal(t, options.FromNowhere, r.Value("deadline").Source)
	require.Equal(t, "********", r.Value("enroll-secret").Shown())
}

func TestEveryKindInAProfile(t *testing.T) {
	m := newMac(t)
	deadline := time.Date(2027, 3, 1, 17, 0, 0, 0, time.UTC)
	m.profile(options.AgentDomain, map[string]any{
		"Deadline": deadline, "Deferrals": 5, "ForcedInterval": "20m", "MDMHosts": []string{"a.example.com", "b.example.com"},
		"BlurFrom": "deadline", "RemoveAfterMigration": true, "Texts": map[string]any{"de": map[string]any{"start": "Los"}},
	}, plist.BinaryFormat)
	r := m.src.Load()
	require.Empty(t, r.Problems)
	p := r.Config.Policy
	require.Equal(t, deadline, p.Deadline)
	require.Equal(t, 5, p.Deferrals)
	require.Equal(t, policy.Duration(20*time.Minute), p.ForcedInterval)
	require.Equal(t, []string{"a.example.com", "b.example.com"}, p.MDMHosts)
	require.Equal(t, "deadline", p.BlurFrom)
	require.Equal(t, map[string]map[string]string{"de": {"start": "Los"}}, p.Texts)
	require.True(t, r.Config.RemoveAfterMigration)
}

func TestKeptOverRemovalOfTheProfile(t *testing.T) {
	m := newMac(t)
	m.file("etc/fleet-url", "https://file.example.com")
	m.profile(options.FleetDomain, map[string]any{"FleetURL": "https://profile.example.com", "EnrollSecret": "secret-1"}, plist.XMLFormat)
	m.keep(m.src)
	info, err := os.Stat(filepath.Join(m.root, "var/private/kept-configuration.json"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.Remove(options.ManagedFile(m.host, options.FleetDomain)))
	r := m.keep(m.fresh(nil))
	require.Equal(t, options.FromKept, r.Value("fleet-url").Source)
	require.Equal(t, "https://profile.example.com", r.Config.Policy.FleetURL)
	require.Equal(t, "secret-1", r.Config.EnrollSecret)

	m.profile(options.FleetDomain, map[string]any{"EnrollSecret": "secret-2"}, plist.XMLFormat)
	r = m.keep(m.fresh(nil))
	require.Equal(t, options.FromFile, r.Value("fleet-url").Source, "a profile that dropped the key has changed its mind")
	require.Equal(t, "secret-2", r.Config.EnrollSecret)

	require.NoError(t, os.WriteFile(filepath.Join(m.root, "var/private/kept-configuration.json"), []byte("{"), 0o600))
	r = m.keep(m.fresh(nil))
	require.Equal(t, "secret-2", r.Config.EnrollSecret, "damaged: the profile says it again")
	require.NotEmpty(t, r.Problems)
	require.Empty(t, m.keep(m.fresh(nil)).Problems)
}

// A full disk must not cost the secret when the old MDM takes its profile along.
func TestKeptWithoutADisk(t *testing.T) {
	m := newMac(t)
	m.profile(options.FleetDomain, map[string]any{"EnrollSecret": "secret-1"}, plist.XMLFormat)
	private := filepath.Join(m.root, "var/private")
	require.NoError(t, os.MkdirAll(filepath.Dir(private), 0o755))
	require.NoError(t, os.WriteFile(private, nil, 0o600))
	_, err := m.src.Keep()
	require.ErrorContains(t, err, "keeping what profiles say")
	require.NoError(t, os.Remove(options.ManagedFile(m.host, options.FleetDomain)))
	r, err := m.src.Keep()
	require.Error(t, err, "still not")
	require.Equal(t, "secret-1", r.Config.EnrollSecret)
	require.NoError(t, os.Remove(private))
	m.keep(m.src)
	require.Equal(t, "secret-1", m.fresh(nil).Load().Config.EnrollSecret, "kept as soon as the disk lets it")
}

func TestBadValuesKeepTheOldOnes(t *testing.T) {
	m := newMac(t)
	good := map[string]any{"ForcedInterval": "20m", "Deferrals": 3}
	m.profile(options.AgentDomain, good, plist.XMLFormat)
	m.keep(m.src)
	for name, bad := range map[string]any{"soon": "soon", "too short": "1ms", "a number": 15, "a list": []string{"15m"}} {
		m.profile(options.AgentDomain, map[string]any{"ForcedInterval": bad, "Deferrals": 3}, plist.XMLFormat)
		r := m.keep(m.src)
		require.Equal(t, policy.Duration(20*time.Minute), r.Config.Policy.ForcedInterval, name)
		require.Len(t, r.Problems, 1, name)
		require.Contains(t, r.Problems[0].Error(), "ForcedInterval")
		require.Contains(t, r.Problems[0].Error(), "what the profile said before is used")
	}
	require.NoError(t, os.WriteFile(options.ManagedFile(m.host, options.AgentDomain), []byte("garbage"), 0o644))
	r := m.keep(m.src)
	require.Equal(t, policy.Duration(20*time.Minute), r.Config.Policy.ForcedInterval, "a damaged profile")
	require.NotEmpty(t, r.Problems)

	m.file("etc/fleet-url", "https://good.example.com")
	require.Equal(t, "https://good.example.com", m.src.Load().Config.Policy.FleetURL)
	m.file("etc/fleet-url", "good.example.com")
	r = m.src.Load()
	require.Equal(t, "https://good.example.com", r.Config.Policy.FleetURL, "a file that turned bad")
}

func TestNobodyElseConfiguresRoot(t *testing.T) {
	m := newMac(t)
	path := options.ManagedFile(m.host, options.FleetDomain)
	m.profile(options.FleetDomain, map[string]any{"FleetURL": "https://profile.example.com"}, plist.XMLFormat)
	require.NoError(t, os.Chmod(path, 0o666))
	r := m.src.Load()
	require.Empty(t, r.Config.Policy.FleetURL)
	require.Contains(t, r.Problems[0].Error(), "sudo chmod go-w '"+path+"'", "the path has a space")

	require.NoError(t, os.Rename(path, path+".real"))
	require.NoError(t, os.Symlink(path+".real", path))
	require.Empty(t, m.src.Load().Config.Policy.FleetURL, "a symbolic link")
}

func TestASecretIsNeverQuoted(t *testing.T) {
	m := newMac(t)
	m.file("etc/enroll-secret", "two words-canary")
	r := m.src.Load()
	require.Len(t, r.Problems, 1)
	require.NotContains(t, r.Problems[0].Error(), "canary")
	o, ok := options.ByName("enroll-secret")
	require.True(t, ok)
	require.Empty(t, o.Flag())
}

// What is wrong is told in a log and in a status that everybody can read.
func TestNoPasswordIsQuoted(t *testing.T) {
	o, ok := options.ByName("fleet-url")
	require.True(t, ok)
	for text, shown := range map[string]string{
		"https://jo:canary@fleet.example.com":           `"https://***@fleet.example.com"`,
		"https://jo:can ary@fleet.example.com":          `"https://***@fleet.example.com"`,
		"https://fleet.example.com/x?secret=canary":     `"https://fleet.example.com/x?***"`,
		"ftp://a@canary@fleet.example.com?canary#there": `"ftp://***@fleet.example.com?***"`,
		"https://jo:can?ary@fleet.example.com":          `"https://***@fleet.example.com"`,
		"fleet.example.com":                             `"fleet.example.com"`,
	} {
		err := o.Check(text)
		require.ErrorContains(t, err, "fleet-url is "+shown+": ")
		require.NotContains(t, err.Error(), "canary")
	}
	hosts, ok := options.ByName("mdm-hosts")
	require.True(t, ok)
	require.NotContains(t, hosts.Check("https://jo:canary@mdm.example.com").Error(), "canary")
	err := o.Check(strings.Repeat("x", 5000))
	require.ErrorContains(t, err, "xxx…")
	require.Less(t, len(err.Error()), 500)
}

// macOS tells an enrollment's host in ASCII: any other spelling would never be
// the same.
func TestHostsAreAsMacOSWritesThem(t *testing.T) {
	for name, text := range map[string]string{"fleet-url": "https://flöte.example.com", "mdm-hosts": "a.example.com,mdm.flöte.example.com", "browser-host": "flöte.example.com:8443"} {
		o, ok := options.ByName(name)
		require.True(t, ok, name)
		require.ErrorContains(t, o.Check(text), "begins with xn--", name)
		require.NoError(t, o.Check(strings.ReplaceAll(text, "flöte", "xn--flte-6qa")), name)
	}
}

func FuzzProfile(f *testing.F) {
	f.Add([]byte("<plist><dict><key>FleetURL</key><string>x</string></dict></plist>"))
	f.Add([]byte("bplist00\xd1\x01\x02"))
	f.Add([]byte("{ FleetURL = x; }"))
	dir, host := f.TempDir(), f.TempDir()
	path := options.ManagedFile(host, options.FleetDomain)
	require.NoError(f, os.MkdirAll(filepath.Dir(path), 0o755))
	f.Fuzz(func(t *testing.T, data []byte) {
		require.NoError(t, os.WriteFile(path, data, 0o644))
		s := options.Sources{Flags: map[string]string{"root-dir": dir, "host-root": host}}
		if u := s.Load().Config.Policy.FleetURL; u != "" && !strings.HasPrefix(u, "http") {
			t.Fatalf("took %q for a URL", u)
		}
	})
}
