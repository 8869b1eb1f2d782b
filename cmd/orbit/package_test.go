package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/options"
	"fleetmigrate/testdata/macprogram"
)

// The scripts find orbit-arm64, orbit-amd64 and a small Dialog.app. Everybody
// may look into their folder, so that it can be done as nobody too.
func TestPackage(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/package",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", quickEnd)
			app := filepath.Join(env.WorkDir, "Dialog.app/Contents")
			for _, dir := range []string{filepath.Dir(env.WorkDir), env.WorkDir} {
				if err := os.Chmod(dir, 0o755); err != nil {
					return err
				}
			}
			if err := os.MkdirAll(filepath.Join(app, "MacOS"), 0o755); err != nil {
				return err
			}
			for name, body := range map[string][]byte{
				"orbit-arm64": macprogram.For("arm64", 1), "orbit-amd64": macprogram.For("amd64", 2),
				"Dialog.app/Contents/MacOS/Dialog": macprogram.Universal(3), "Dialog.app/Contents/Info.plist": []byte(dialogInfo),
			} {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), body, 0o755); err != nil {
					return err
				}
			}
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"package": runPackage},
	})
}

const dialogInfo = `<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleIdentifier</key><string>au.csiro.dialog</string>
<key>CFBundleShortVersionString</key><string>2.5.6</string><key>CFBundleExecutable</key><string>Dialog</string>
<key>LSMinimumSystemVersion</key><string>12.0</string></dict></plist>`

// runPackage is `package [PROGRAM] flags…`: orbit package with all its inputs given.
func runPackage(ts *testscript.TestScript, neg bool, args []string) {
	program := "orbit"
	if len(args) > 0 && strings.HasPrefix(args[0], "orbit") {
		program, args = args[0], args[1:]
	}
	args = append([]string{"package", "--orbit", "orbit-arm64", "--orbit", "orbit-amd64", "--desktop", "orbit-arm64", "--desktop", "orbit-amd64", "--swiftdialog", "Dialog.app"}, args...)
	err := ts.Exec(program, args...)
	switch {
	case neg && err == nil:
		ts.Fatalf("it went well")
	case !neg && err != nil:
		ts.Fatalf("%v", err)
	}
}

// A payload of a GiB, all but a little of it a sparse file, streams through orbit
// as it is shipped: without the race detector, and in less than 64 MiB.
func TestPackageStreamsAGiB(t *testing.T) {
	dir := t.TempDir()
	orbit, program, pkg := filepath.Join(dir, "orbit"), filepath.Join(dir, "orbit-arm64"), filepath.Join(dir, "out.pkg")
	said, err := exec.Command("go", "build", "-o", orbit, ".").CombinedOutput()
	require.NoError(t, err, string(said))
	require.NoError(t, os.WriteFile(program, macprogram.For("arm64", 1), 0o755))
	require.NoError(t, os.Truncate(program, 1<<30))
	for _, args := range [][]string{
		{"package", "--orbit", program, "--desktop-app", "none", "--swiftdialog", "none", "--profiles", "none", "--no-cache", "-o", pkg},
		{"package", "verify", pkg},
	} {
		var out, errs strings.Builder
		cmd := exec.Command("peak", append([]string{orbit}, args...)...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		require.NoError(t, cmd.Run(), errs.String())
		most, err := strconv.Atoi(strings.TrimSpace(out.String()))
		require.NoError(t, err)
		require.Less(t, most, 64, "MiB for %v", args)
	}
	info, err := os.Stat(pkg)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(4<<20))
}

// A form must offer exactly what orbit knows.
func TestEveryManagedOptionIsInAManifest(t *testing.T) {
	found := 0
	for _, domain := range options.Domains() {
		for _, s := range settings(domain) {
			o := options.All()[0]
			for _, candidate := range options.All() {
				if candidate.Domain == domain && candidate.Key == s.Key {
					o = candidate
				}
			}
			require.Equal(t, o.Help, s.Help)
			require.Equal(t, string(o.Kind), string(s.Kind))
			found++
		}
	}
	managed := 0
	for _, o := range options.All() {
		if o.Managed() {
			managed++
		}
	}
	require.Equal(t, managed, found)
}

func TestBar(t *testing.T) {
	require.Equal(t, "\rpacking [█████████████············]  52 %  5.2 MB of 10.0 MB\x1b[K", bar(52, 5_200_000, 10_000_000))
	require.Equal(t, "\r\x1b[K", bar(100, 1, 1), "the line is cleared for the summary")
}
