package swiftdialog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
)

// bundle lays out an app with this Info.plist; "" leaves the file away.
func bundle(t *testing.T, plist string) string {
	t.Helper()
	contents := filepath.Join(t.TempDir(), "Dialog.app", "Contents")
	path := filepath.Join(contents, "MacOS", "Dialog")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\necho started >&2; exit 2\n"), 0o755))
	if plist != "" {
		require.NoError(t, os.WriteFile(filepath.Join(contents, "Info.plist"), []byte(plist), 0o600))
	}
	return path
}

func info(version, macOS string) string {
	min := ""
	if macOS != "" {
		min = "<key>LSMinimumSystemVersion</key><string>" + macOS + "</string>"
	}
	return fmt.Sprintf(`<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleShortVersionString</key><string>%s</string>%s</dict></plist>`, version, min)
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		plist, macOS string
		version      string
		is           error
		says         string
	}{
		"2.4":                 {info("2.4.2", "12.0"), "12.7", "2.4.2", nil, ""},
		"with a build number": {info("2.5.6.4805", "12.0"), "14.1", "2.5.6", nil, ""},
		"3.x on 15":           {info("3.1.0", "15.0"), "15.0.1", "3.1.0", nil, ""},
		"3.x on 26":           {info("3.1.1", ""), "26.1", "3.1.1", nil, ""},
		"oldest":              {info("2.3.2", ""), "12.0", "2.3.2", nil, ""},
		"too old":             {info("2.3.1", ""), "12.0", "", swiftdialog.ErrTooOld, "2.3.1"},
		"1.x":                 {info("1.11.2", ""), "12.0", "", swiftdialog.ErrTooOld, "2.3.2"},
		"unknown":             {info("4.0.0", ""), "15.1", "", swiftdialog.ErrUnknown, "4.0.0"},
		"3.x on 14":           {info("3.0.1", "15.0"), "14.7", "", swiftdialog.ErrMacOS, "needs 15.0, this Mac has 14.7"},
		"unsaid need":         {info("3.0.1", ""), "14.7", "", swiftdialog.ErrMacOS, "needs 15.0"},
		"2.5 on 11":           {info("2.5.6", ""), "11.7", "", swiftdialog.ErrMacOS, "needs 12.0"},
		"macOS not known":     {info("3.0.1", "15.0"), "", "3.0.1", nil, ""},
		"macOS not a version": {info("3.0.1", "15.0"), "Sequoia", "3.0.1", nil, ""},
		"no plist":            {"", "15.0", "", swiftdialog.ErrMissing, "Info.plist"},
		"a broken plist":      {"<plist", "15.0", "", nil, "Info.plist"},
		"no version":          {`<plist version="1.0"><dict></dict></plist>`, "15.0", "", nil, "no version"},
		"version in words":    {info("three", ""), "15.0", "", nil, `"three" is no version`},
	} {
		t.Run(name, func(t *testing.T) {
			r := swiftdialog.New(swiftdialog.Config{Path: bundle(t, c.plist), MacOS: c.macOS})
			v, err := r.Check()
			if c.version != "" {
				require.NoError(t, err)
				require.Equal(t, c.version, v.String())
				return
			}
			require.ErrorContains(t, err, c.says)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			_, showErr := r.Show(t.Context(), swiftdialog.Options{})
			require.Equal(t, err, showErr, "and nothing was started")
		})
	}
}

func TestMissingBinary(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "Dialog"), ""} {
		_, err := swiftdialog.New(swiftdialog.Config{Path: path}).Show(t.Context(), swiftdialog.Options{})
		require.ErrorIs(t, err, swiftdialog.ErrMissing)
	}
}

// IT names whatever it knows as swiftDialog; only the app itself will do.
func TestWhatIsNotTheApp(t *testing.T) {
	app := bundle(t, info("3.1.0", ""))
	dir := filepath.Dir(app)
	launcher, link, script := filepath.Join(dir, "dialogcli"), filepath.Join(t.TempDir(), "dialog"), filepath.Join(t.TempDir(), "dialog")
	require.NoError(t, os.WriteFile(launcher, nil, 0o755))
	require.NoError(t, os.WriteFile(script, nil, 0o755))
	require.NoError(t, os.Symlink(launcher, link))
	for name, c := range map[string]struct {
		path string
		is   error
	}{
		"3.x launcher":            {launcher, swiftdialog.ErrNotApp},
		"3.x launcher's link":     {link, swiftdialog.ErrNotApp},
		"2.x launcher":            {script, swiftdialog.ErrNotApp},
		"the bundle":              {filepath.Dir(filepath.Dir(dir)), swiftdialog.ErrNotApp},
		"nothing":                 {filepath.Join(dir, "dialog-3"), swiftdialog.ErrMissing},
		"below a file":            {filepath.Join(app, "Dialog"), nil},
		"a name that is too long": {"/" + strings.Repeat("a", 5000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := swiftdialog.New(swiftdialog.Config{Path: c.path}).Check()
			require.Error(t, err)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			if c.is == swiftdialog.ErrNotApp {
				require.ErrorContains(t, err, "Dialog.app/Contents/MacOS/Dialog")
			}
		})
	}
}

// Who can change the binary runs what he likes as everybody who is asked.
func TestBinaryOfSomebodyElse(t *testing.T) {
	app := bundle(t, info("3.1.0", ""))
	r := swiftdialog.New(swiftdialog.Config{Path: app})
	_, err := r.Check()
	require.NoError(t, err)
	require.NoError(t, os.Chmod(app, 0o757))
	_, err = r.Check()
	require.ErrorIs(t, err, swiftdialog.ErrUnsafe)
	require.ErrorContains(t, err, app)
	require.NoError(t, os.Chmod(app, 0o755))
	if os.Getuid() == 0 { // only root can give a file away
		require.NoError(t, os.Chown(app, 65534, -1))
		_, err = r.Check()
		require.ErrorIs(t, err, swiftdialog.ErrUnsafe)
	}
}

func TestVersions(t *testing.T) {
	for s, want := range map[string]string{"2.5.6": "2.5.6", "3": "3.0.0", "15.1": "15.1.0", "2.5.6.4805": "2.5.6"} {
		v, err := swiftdialog.ParseVersion(s)
		require.NoError(t, err)
		require.Equal(t, want, v.String())
	}
	for _, s := range []string{"", "a", "-1.2", "1..2", "1.2.x"} {
		_, err := swiftdialog.ParseVersion(s)
		require.ErrorContains(t, err, "is no version", s)
	}
	require.True(t, swiftdialog.Version{Major: 2, Minor: 9}.Before(swiftdialog.Version{Major: 2, Minor: 10}))
	require.False(t, swiftdialog.Version{Major: 3}.Before(swiftdialog.Version{Major: 2, Minor: 10, Patch: 1}))
}
