package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/urfave/cli/v3"

	"fleetmigrate/packaging"
)

const packageHelp = `Makes the .pkg that IT pushes through the old MDM, with its configuration
profiles and preference manifests beside it. The same inputs give the same bytes.

The enroll secret is read from a file, from the environment, or from the
terminal: never from the command line, where every user of this computer sees it.

What is "auto" is looked for beside this program: orbit for macOS (itself, on a
Mac; else orbit-darwin-arm64 and orbit-darwin-amd64), Fleet Desktop.app and
Dialog.app (as folders or .tar.gz, also one folder up).

Examples:
  orbit package --fleet-url https://fleet.example.com --enroll-secret-file secret.txt \
      --swiftdialog dialog-2.5.6-4805.pkg -o migrate.pkg
  orbit package --fleet-url https://fleet.example.com --dry-run
  orbit package --fleet-url https://fleet.example.com --enroll-secret-file secret.txt \
      --server-in-profile -o migrate.pkg        the package holds no secret
  orbit package -o migrate.pkg                  URL and secret come from a profile of yours
  orbit package --sign-p12 installer.p12 --timestamp http://timestamp.apple.com/ts01 ...
  orbit package verify migrate.pkg`

func packageCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:        "package",
		Usage:       "make the installer, or verify one",
		UsageText:   "orbit package [options]\norbit package verify FILE.pkg",
		Description: packageHelp,
		Flags:       packageFlags(),
		// A value may hold commas: --set mdm-hosts=a.example.com,b.example.com.
		DisableSliceFlagSeparator: true,
		Commands:                  []*cli.Command{verifyCommand()},
		Action: func(ctx context.Context, cmd *cli.Command) error {
			if err := noArguments(cmd); err != nil {
				return err
			}
			return makePackage(ctx, &packager{cmd: cmd, getenv: getenv, out: cmd.Root().Writer, err: cmd.Root().ErrWriter})
		},
	}
}

// packageFlags are local: orbit package verify has none of them.
func packageFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "fleet-url", Local: true, Usage: "URL of the Fleet server that is left on the Mac [$ORBIT_FLEET_URL]"},
		&cli.StringFlag{Name: "enroll-secret-file", Local: true, Usage: "file with the enroll secret, - for standard input [$ORBIT_ENROLL_SECRET holds the secret itself]"},
		&cli.BoolFlag{Name: "server-in-profile", Local: true, Usage: "put URL and secret into settings.mobileconfig alone, not into the package"},
		&cli.BoolFlag{Name: "insecure", Local: true, Usage: "allow an http URL; for tests only"},
		&cli.StringSliceFlag{Name: "orbit", Local: true, Usage: "orbit for macOS: one universal program, or the flag once per architecture", Value: []string{auto}, TakesFile: true},
		&cli.StringFlag{Name: "desktop-app", Local: true, Usage: "Fleet Desktop.app, as a folder, .tar.gz or .pkg, or \"none\"", Value: auto, TakesFile: true},
		&cli.StringSliceFlag{Name: "desktop", Local: true, Usage: "Fleet Desktop's program, like --orbit; the app is made around it", TakesFile: true},
		&cli.StringFlag{Name: "swiftdialog", Local: true, Usage: "swiftDialog's release .pkg, a .tar.gz or Dialog.app, or \"none\"", Value: auto, TakesFile: true},
		&cli.StringFlag{Name: "output", Local: true, Aliases: []string{"o"}, Usage: "the package to make (default: fleet-migrate-VERSION.pkg)", TakesFile: true},
		&cli.StringFlag{Name: "profiles", Local: true, Usage: "folder for profiles and manifests, or \"none\" (default: beside the package)", TakesFile: true},
		&cli.StringSliceFlag{Name: "set", Local: true, Usage: "option=value for the settings profile; orbit config lists the options"},
		&cli.StringFlag{Name: "pkg-version", Local: true, Usage: "version of the package: up to four numbers", DefaultText: "orbit's own"},
		&cli.StringFlag{Name: "min-macos", Local: true, Usage: "oldest macOS to install on", Value: "12.0"},
		&cli.StringFlag{Name: "digest", Local: true, Usage: "of the archive: sha1 as Apple's tools, or sha256", Value: "sha1"},
		&cli.StringFlag{Name: "sign-p12", Local: true, Usage: "sign with the Developer ID Installer identity in this file", TakesFile: true},
		&cli.StringFlag{Name: "sign-p12-password-file", Local: true, Usage: "its password; else $ORBIT_SIGN_P12_PASSWORD, or the terminal", TakesFile: true},
		&cli.BoolFlag{Name: "sign-any-certificate", Local: true, Usage: "take a certificate of another kind, which the Macs were told to trust"},
		&cli.StringFlag{Name: "timestamp", Local: true, Usage: "URL of a timestamp server for the signature"},
		&cli.StringFlag{Name: "timestamp-root", Local: true, Usage: "certificate in PEM that the timestamp must lead to; else one this computer trusts, or Apple's", TakesFile: true},
		&cli.StringFlag{Name: "codesign-identity", Local: true, Usage: "on a Mac: sign the programs with this Developer ID Application identity"},
		&cli.StringFlag{Name: "notary-profile", Local: true, Usage: "on a Mac: notarize with this profile of notarytool, and staple"},
		&cli.StringFlag{Name: "cache", Local: true, Usage: "folder that keeps the packed programs", DefaultText: "the user's cache", TakesFile: true},
		&cli.BoolFlag{Name: "no-cache", Local: true, Usage: "keep nothing, and use nothing kept"},
		&cli.BoolFlag{Name: "dry-run", Local: true, Usage: "check everything and list what would go in; write nothing"},
		&cli.BoolFlag{Name: "json", Local: true, Usage: "print JSON"},
	}
}

// packager is one run of the command.
type packager struct {
	cmd      *cli.Command
	getenv   func(string) string
	out, err io.Writer
}

// packMemory is what the garbage collector tries to stay below: packing streams,
// and its buffers need half of it. packGarbage is how much garbage it lets pile
// up below that, in percent of what is in use: a package out of the cache is
// made before there is that much.
const (
	packMemory  = 36 << 20
	packGarbage = 400
)

// makePackage goes from flags to a package, its profiles and the summary.
func makePackage(ctx context.Context, p *packager) error {
	debug.SetMemoryLimit(packMemory)
	debug.SetGCPercent(packGarbage)
	opts, err := p.options(ctx)
	if err != nil {
		return err
	}
	profiles, err := p.profiles(opts)
	if err != nil {
		return err
	}
	if p.cmd.Bool("server-in-profile") {
		opts.FleetURL, opts.EnrollSecret = "", "" // the profiles have them by now
	}
	builder, err := packaging.New(ctx, opts)
	if err != nil {
		return err
	}
	defer builder.Close() // only read from
	output := p.output(opts.Version)
	s := newSummary(output, opts, builder)
	if !p.cmd.Bool("dry-run") {
		if err := p.write(ctx, builder, s, profiles); err != nil {
			return err
		}
	}
	s.Warnings = append(append(signerWarnings(opts), builder.Warnings()...), s.Warnings...)
	return p.report(s)
}

// write makes the package and what belongs beside it.
func (p *packager) write(ctx context.Context, builder *packaging.Builder, s *summary, profiles []profileFile) error {
	began := time.Now()
	written, err := builder.WriteFile(ctx, s.File)
	if err != nil {
		return err
	}
	s.Took = time.Since(began).Round(time.Millisecond)
	s.Size, s.Payload, s.Cached = written.Size, written.Payload, written.Cached
	s.SHA256 = hex.EncodeToString(written.SHA256)
	s.Profiles, err = p.writeProfiles(s.File, profiles)
	s.Warnings = stale(s.Profiles)
	return err
}

// output is the package's name.
func (p *packager) output(version string) string {
	if name := p.cmd.String("output"); name != "" {
		return name
	}
	return "fleet-migrate-" + version + ".pkg"
}

// writeProfiles writes them into their folder. A profile may hold the enroll
// secret, so only their owner can read them.
func (p *packager) writeProfiles(pkg string, profiles []profileFile) ([]string, error) {
	dir := p.cmd.String("profiles")
	if dir == none {
		return nil, nil
	}
	if dir == "" {
		dir = pkg[:len(pkg)-len(filepath.Ext(pkg))] + "-profiles"
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("writing profiles: %w; give another folder with --profiles, or \"none\"", err)
	}
	var names []string
	var errs []error
	for _, f := range profiles {
		name := filepath.Join(dir, f.name)
		errs = append(errs, writeWhole(name, f.content))
		names = append(names, name)
	}
	return names, errors.Join(errs...)
}

// stale warns of a settings profile that an earlier run left where this one
// makes none: whoever pushes the folder would push another server's secret.
func stale(profiles []string) []string {
	if len(profiles) == 0 || filepath.Base(profiles[0]) == settingsProfile {
		return nil
	}
	old := filepath.Join(filepath.Dir(profiles[0]), settingsProfile)
	if _, err := os.Stat(old); err != nil {
		return nil
	}
	return []string{old + " is from an earlier run, and this one makes none: remove it, or push it knowingly"}
}
