package options_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"howett.net/plist"

	"fleetmigrate/agent/options"
)

// A value of the wrong type says how a profile writes it.
func TestAWrongTypeSaysTheRightOne(t *testing.T) {
	m := newMac(t)
	for key, tt := range map[string]struct {
		value any
		says  string
	}{
		"ForcedInterval":       {15, "forced-interval is of type integer; write it as <string>, like 15m"},
		"Deadline":             {15, "deadline is of type integer; write it as <date>"},
		"Deferrals":            {1.5, "deferrals is of type real; write it as <integer>"},
		"RemoveAfterMigration": {1, "remove-after-migration is of type integer; write it as <true/> or <false/>"},
		"BlurFrom":             {[]string{"never"}, "blur-from is of type array; write it as <string>"},
		"MDMHosts":             {map[string]any{"a": 1}, "mdm-hosts is of type dict; write it as <array> of <string>"},
		"AssertionApps":        {[]any{"zoom.us", 7}, "assertion-apps holds something else than words; write it as an <array> of <string>"},
		"Texts":                {true, "texts is of type boolean; write it as <dict> of language"},
		"Vitals":               {[]byte{1}, "vitals is of type data; write it as <string>"},
	} {
		m.profile(options.AgentDomain, map[string]any{key: tt.value}, plist.XMLFormat)
		r := m.src.Load()
		require.Len(t, r.Problems, 1, key)
		require.Contains(t, r.Problems[0].Error(), tt.says)
		require.Contains(t, r.Problems[0].Where, "key "+key+" in ")
	}
}

// What lies in the place of a profile is named once, with what it is.
func TestWhatIsNoFileIsSaidOnce(t *testing.T) {
	for says, place := range map[string]func(path string) error{
		"it is not a regular file":        func(p string) error { return syscall.Mkfifo(p, 0o644) },
		"it is a symbolic link":           func(p string) error { return os.Symlink("/etc/hosts", p) },
		"it is larger than 1048576 bytes": func(p string) error { return os.WriteFile(p, make([]byte, 2<<20), 0o644) },
		"it is not a property list":       func(p string) error { return os.WriteFile(p, []byte("\x00garbage"), 0o644) },
		"run: sudo chmod go-w":            func(p string) error { return writeOpen(p) },
		"what the profile said before is": func(p string) error { return os.Mkdir(p, 0o755) },
	} {
		m := newMac(t)
		path := options.ManagedFile(m.host, options.AgentDomain)
		require.NoError(t, place(path))
		r := m.src.Load()
		require.Len(t, r.Problems, 1, says)
		text := r.Problems[0].Error()
		require.Contains(t, text, says)
		require.LessOrEqual(t, strings.Count(text, path), 2, text) // once more in the command that mends it
		require.True(t, strings.HasPrefix(text, path+": it "), text)
	}
}

// What was kept and is damaged is said once, and not complained of for ever.
func TestADamagedKeptFileIsSetAside(t *testing.T) {
	for _, text := range []string{`{"x":`, `[]`, `null`, `{"fleet-url":7}`} {
		m := newMac(t)
		private := filepath.Join(m.root, "var/private")
		require.NoError(t, os.MkdirAll(private, 0o700))
		m.file("var/private/kept-configuration.json", text)
		require.Len(t, m.src.Load().Problems, 1, text)
		require.Len(t, m.keep(m.src).Problems, 1, text)
		require.Empty(t, m.keep(m.src).Problems, text)
		aside, err := filepath.Glob(filepath.Join(private, "*.damaged-*"))
		require.NoError(t, err)
		require.Len(t, aside, 1, text)
		m.profile(options.FleetDomain, map[string]any{"FleetURL": "https://profile.example.com"}, plist.XMLFormat)
		m.keep(m.src)
		require.NoError(t, os.Remove(options.ManagedFile(m.host, options.FleetDomain)))
		require.Equal(t, options.FromKept, m.fresh(nil).Load().Value("fleet-url").Source, text)
	}
}

func writeOpen(path string) error {
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return err
	}
	return os.Chmod(path, 0o666)
}
