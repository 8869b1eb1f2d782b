package packaging_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging"
	"fleetmigrate/packaging/macho"
	"fleetmigrate/testdata/macprogram"
)

// What macOS and MDM need and pitfalls of others taught: each line is one.
func TestPackageInfoAndDistribution(t *testing.T) {
	name := build(t, options(t))
	sound(t, name)
	info := run(t, `bsdtar -xOf "$1" agent.pkg/PackageInfo`, name)
	distribution := run(t, `bsdtar -xOf "$1" Distribution`, name)
	run(t, `bsdtar -xOf "$1" agent.pkg/PackageInfo | xmllint --noout -; bsdtar -xOf "$1" Distribution | xmllint --noout -`, name)
	for _, want := range []string{
		`identifier="com.fleetmigrate.pkg"`, `install-location="/"`, `auth="root"`, `overwrite-permissions="true"`,
		`relocatable="false"`, "<relocate/>", // else an app lands wherever a copy of it lies
		`<postinstall file="./postinstall"`,
		`path="./opt/fleet-migrate/Fleet Desktop.app" id="com.fleetmigrate.desktop" CFBundleShortVersionString="1.2.3"`,
	} {
		require.Contains(t, info, want)
	}
	for _, want := range []string{
		`hostArchitectures="x86_64,arm64"`, // else Rosetta is asked for
		`>#agent.pkg</pkg-ref>`,            // else "does not have a valid path/URL"
		`<product id="com.fleetmigrate.pkg" version="1.2.3"/>`, `<os-version min="12.0"/>`, `enable_localSystem="true"`,
	} {
		require.Contains(t, distribution, want)
	}
}

// The odc fields overflow for a builder from a directory service, and what is
// writable by others is nothing that root should run: the package names root.
func TestEverythingIsRoots(t *testing.T) {
	name := build(t, options(t))
	for _, archive := range []string{"Payload", "Scripts"} {
		list := run(t, `bsdtar -xOf "$1" "agent.pkg/$2" | gunzip | cpio -itv --quiet --numeric-uid-gid`, name, archive)
		for line := range strings.Lines(list) {
			fields := strings.Fields(line)
			require.Equal(t, []string{"0", "0"}, fields[2:4], line)
			if line[0] != 'l' {
				require.Equal(t, "--", line[5:6]+line[8:9], "written by group or others: %s", line)
			}
		}
	}
	scripts := run(t, `bsdtar -xOf "$1" agent.pkg/Scripts | gunzip | cpio -itv --quiet`, name)
	require.Regexp(t, `-rw------- .* ./enroll-secret`, scripts)
}

func TestLaunchdJobs(t *testing.T) {
	name := build(t, options(t))
	dir := t.TempDir()
	run(t, `bsdtar -xOf "$1" agent.pkg/Payload | gunzip | (cd "$2" && cpio -id --quiet --no-absolute-filenames './Library/*' './opt/*/Contents/Info.plist')
		find "$2" -name '*.plist' -exec plistutil -i '{}' -o /dev/null ';'`, name, dir)
	read := func(file string) string {
		raw, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		return strings.Join(strings.Fields(string(raw)), "")
	}
	daemon, agent := read("Library/LaunchDaemons/com.fleetmigrate.orbit.plist"), read("Library/LaunchAgents/com.fleetmigrate.desktop.plist")
	for _, job := range []string{daemon, agent} {
		for _, want := range []string{"<key>RunAtLoad</key><true/>", "<key>KeepAlive</key><true/>", "<key>AssociatedBundleIdentifiers</key><array><string>com.fleetmigrate.desktop</string>"} {
			require.Contains(t, job, want)
		}
		require.NotContains(t, job, "SessionCreate")
		require.NotContains(t, job, "EnvironmentVariables")
	}
	require.Contains(t, daemon, "<string>/opt/fleet-migrate/bin/orbit</string><string>run</string>")
	require.Contains(t, daemon, "<key>ProcessType</key><string>Background</string><key>LowPriorityIO</key><true/>")
	require.Contains(t, daemon, "<string>/var/log/fleet-migrate/stderr.log</string>", "its folder is in the Payload")
	require.Contains(t, agent, "<string>/opt/fleet-migrate/FleetDesktop.app/Contents/MacOS/desktop</string>", "the program and not open(1)")
	require.Contains(t, agent, "<key>LimitLoadToSessionType</key><string>Aqua</string>")
	app := read("opt/fleet-migrate/Fleet Desktop.app/Contents/Info.plist")
	require.Contains(t, app, "<key>LSUIElement</key><true/>")
}

func TestADesktopThatWasBuiltBefore(t *testing.T) {
	app := desktopFolder(t, macprogram.Universal(3))
	opts := options(t)
	opts.Desktop, opts.DesktopApp = nil, app
	b, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer b.Close()
	require.Contains(t, strings.Join(b.Warnings(), "\n"), "lacks LSUIElement")
	name := filepath.Join(t.TempDir(), "agent.pkg")
	_, err = b.WriteFile(context.Background(), name)
	require.NoError(t, err)
	sound(t, name)
	require.Contains(t, run(t, `bsdtar -xOf "$1" agent.pkg/Payload | gunzip | cpio -i --quiet --to-stdout '*desktop.plist'`, name), "Fleet Desktop.app/Contents/MacOS/FleetDesktop</string>")

	require.NoError(t, os.WriteFile(filepath.Join(app, "Contents/Info.plist"), []byte(strings.ReplaceAll(desktopInfo, "EXTRA", "<key>LSUIElement</key><string>1</string>")), 0o644))
	again, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer again.Close()
	require.NotContains(t, strings.Join(again.Warnings(), "\n"), "LSUIElement")
}

// What is for fewer Macs than the package is said, of each part, with what
// those Macs see. A Mac that orbit is not for never gets that far.
func TestPartsThatAreForFewerMacs(t *testing.T) {
	arm, intel := macprogram.For("arm64", 3), macprogram.For("amd64", 3)
	for name, c := range map[string]struct {
		change func(*packaging.Options)
		want   []packaging.Gap
	}{
		"all for both": {func(*packaging.Options) {}, nil},
		"an Intel Mac without swiftDialog": {func(o *packaging.Options) { o.SwiftDialog = dialogTarOf(t, string(arm)) },
			[]packaging.Gap{{Part: "swiftDialog", Arch: macho.AMD64, Effect: "Intel Macs show plain dialogs"}}},
		"an Apple silicon Mac without swiftDialog": {func(o *packaging.Options) { o.SwiftDialog = dialogTarOf(t, string(intel)) },
			[]packaging.Gap{{Part: "swiftDialog", Arch: macho.ARM64, Effect: "Macs with Apple silicon show plain dialogs, unless Rosetta is installed"}}},
		"an Intel Mac without a menu": {func(o *packaging.Options) { o.Desktop, o.DesktopApp = nil, desktopFolder(t, arm) },
			[]packaging.Gap{{Part: "Fleet Desktop", Arch: macho.AMD64, Effect: "Intel Macs show no menu and no dialog"}}},
		"Fleet Desktop's program alone": {func(o *packaging.Options) { o.Desktop = o.Desktop[1:] },
			[]packaging.Gap{{Part: "Fleet Desktop", Arch: macho.ARM64, Effect: "Macs with Apple silicon show no menu and no dialog, unless Rosetta is installed"}}},
		"orbit alone": {func(o *packaging.Options) { o.Orbit, o.SwiftDialog = o.Orbit[:1], dialogTarOf(t, string(arm)) },
			[]packaging.Gap{{Part: "orbit", Arch: macho.AMD64, Effect: "Intel Macs refuse this package"}}},
	} {
		t.Run(name, func(t *testing.T) {
			opts := options(t)
			c.change(&opts)
			b, err := packaging.New(context.Background(), opts)
			require.NoError(t, err)
			defer b.Close()
			require.Equal(t, c.want, b.Gaps())
			for _, gap := range c.want {
				require.Contains(t, b.Warnings(), gap.Part+" is not for "+gap.Arch.Apple()+": "+gap.Effect)
			}
		})
	}
	opts := options(t)
	opts.SwiftDialog = dialogTarOf(t, "#!/bin/sh\n")
	b, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer b.Close()
	require.Contains(t, strings.Join(b.Warnings(), "\n"), "swiftDialog's program Dialog is not a Mach-O program for any Mac: check what was given")
}

// desktopFolder is Fleet Desktop.app on disk, around a program.
func desktopFolder(t *testing.T, program []byte) string {
	app := filepath.Join(t.TempDir(), "Fleet Desktop.app")
	for name, body := range map[string]string{
		"Contents/Info.plist": strings.ReplaceAll(desktopInfo, "EXTRA", ""), "Contents/MacOS/FleetDesktop": string(program),
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(app, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(app, name), []byte(body), 0o755))
	}
	return app
}

const desktopInfo = `<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleIdentifier</key><string>com.fleetmigrate.desktop</string>
<key>CFBundleShortVersionString</key><string>2.0</string><key>CFBundleVersion</key><string>2.0</string><key>CFBundleExecutable</key><string>FleetDesktop</string>
<key>CFBundlePackageType</key><string>APPL</string><key>LSMinimumSystemVersion</key><string>12.0</string>EXTRA</dict></plist>`

func TestTheHashIsTheFiles(t *testing.T) {
	b, err := packaging.New(context.Background(), options(t))
	require.NoError(t, err)
	defer b.Close()
	name := filepath.Join(t.TempDir(), "agent.pkg")
	written, err := b.WriteFile(context.Background(), name)
	require.NoError(t, err)
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%x", sha256.Sum256(raw)), fmt.Sprintf("%x", written.SHA256))
	require.Equal(t, int64(len(raw)), written.Size)
}

// An end in the middle leaves the package of before, and nothing else.
func TestCancelledInTheMiddle(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	opts := options(t)
	opts.Progress = func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}
	b, err := packaging.New(ctx, opts)
	require.NoError(t, err)
	defer b.Close()
	dir := t.TempDir()
	name := filepath.Join(dir, "agent.pkg")
	require.NoError(t, os.WriteFile(name, []byte("before"), 0o644))
	_, err = b.WriteFile(ctx, name)
	require.ErrorIs(t, err, context.Canceled)
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "before", string(raw))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

func TestAnInputThatChangesMeanwhile(t *testing.T) {
	opts := settledOptions(t)
	opts.Cache = nil
	b, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer b.Close()
	require.NoError(t, os.Truncate(opts.Orbit[0], 1000))
	_, err = b.WriteFile(context.Background(), filepath.Join(t.TempDir(), "agent.pkg"))
	require.ErrorContains(t, err, "opt/fleet-migrate/bin/orbit: it became")
}

// record stands for Apple's tools: it notes what is run and signs by adding to
// a program what changes its bytes.
type record struct {
	commands []string
	fail     string
}

func (r *record) run(_ context.Context, command string, args ...string) ([]byte, error) {
	line := filepath.Base(command) + " " + strings.Join(args, " ")
	r.commands = append(r.commands, line)
	if r.fail != "" && strings.Contains(line, r.fail) {
		return []byte("the tool's own words"), errors.New("exit status 1")
	}
	target := args[len(args)-1]
	if filepath.Base(command) == "codesign" && !strings.HasSuffix(target, ".app") {
		file, err := os.OpenFile(target, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		_, err = file.WriteString("signed")
		return nil, errors.Join(err, file.Close())
	}
	if strings.HasSuffix(target, ".app") {
		return nil, os.WriteFile(filepath.Join(target, "Contents/CodeResources"), []byte("signed"), 0o644)
	}
	return nil, nil
}

func TestApplesToolsAreRunWhereAsked(t *testing.T) {
	apple := &record{}
	opts := options(t)
	opts.Apple = packaging.Apple{CodesignIdentity: "Developer ID Application: Acme (TEAM)", NotaryProfile: "acme", Run: apple.run}
	name := build(t, opts)
	require.Len(t, apple.commands, 4)
	for i, want := range []string{
		"codesign --force --options runtime --timestamp --identifier com.fleetmigrate.orbit --sign Developer ID Application: Acme (TEAM) /",
		"codesign --force --options runtime --timestamp --identifier com.fleetmigrate.desktop --sign Developer ID Application: Acme (TEAM) /",
		"xcrun notarytool submit /", "xcrun stapler staple /",
	} {
		require.True(t, strings.HasPrefix(apple.commands[i], want), apple.commands[i])
	}
	require.Contains(t, apple.commands[2], ".pkg --keychain-profile acme --wait")
	list := run(t, `bsdtar -xOf "$1" agent.pkg/Payload | gunzip | cpio -it --quiet`, name)
	require.Equal(t, 1, strings.Count(list, "Fleet Desktop.app\n"))
	require.Contains(t, list, "Fleet Desktop.app/Contents/CodeResources")
	require.Equal(t, "signed", run(t, `bsdtar -xOf "$1" agent.pkg/Payload | gunzip | cpio -i --quiet --to-stdout '*/bin/orbit' | tail -c 6`, name))
	original, err := os.ReadFile(opts.Orbit[0])
	require.NoError(t, err)
	require.False(t, strings.HasSuffix(string(original), "signed"), "copies are signed")
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "orbit-codesign-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestAToolOfApplesThatFails(t *testing.T) {
	for _, tool := range []string{"codesign", "notarytool", "stapler"} {
		opts := options(t)
		apple := &record{fail: tool}
		opts.Apple = packaging.Apple{CodesignIdentity: "Acme", NotaryProfile: "acme", Run: apple.run}
		dir := t.TempDir()
		b, err := packaging.New(context.Background(), opts)
		if tool != "codesign" {
			require.NoError(t, err)
			_, err = b.WriteFile(context.Background(), filepath.Join(dir, "agent.pkg"))
			require.NoError(t, b.Close())
		}
		require.ErrorContains(t, err, "exit status 1: the tool's own words")
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left, tool)
	}
}
