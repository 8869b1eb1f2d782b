package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"fleetmigrate/packaging"
	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/sign"
)

const (
	auto = "auto"
	none = "none"
)

// options reads flags, environment and files into what the library takes.
func (p *packager) options(ctx context.Context) (packaging.Options, []string, error) {
	o := packaging.Options{
		FleetURL: p.flag("fleet-url", "ORBIT_FLEET_URL"), Insecure: p.cmd.Bool("insecure"),
		Apple:    packaging.Apple{CodesignIdentity: p.cmd.String("codesign-identity"), NotaryProfile: p.cmd.String("notary-profile")},
		Progress: p.progress(),
	}
	var warnings []string
	for _, step := range []func(*packaging.Options) error{p.versions, p.url, p.programs, p.enrollSecret, p.cache} {
		if err := step(&o); err != nil {
			return o, nil, usageError{err}
		}
	}
	signer, err := p.signer(ctx)
	if err != nil {
		return o, nil, err
	}
	if o.Signer = signer; signer != nil {
		warnings = signer.Warnings()
	}
	return o, warnings, nil
}

func (p *packager) flag(name, env string) string {
	if text := p.cmd.String(name); text != "" {
		return text
	}
	return p.getenv(env)
}

// plainVersion is the leading numbers of a version: 1.2.3 of v1.2.3-rc1.
var plainVersion = regexp.MustCompile(`^v?([0-9]+(?:\.[0-9]+){0,3})`)

func (p *packager) versions(o *packaging.Options) (err error) {
	if o.Version = p.cmd.String("pkg-version"); o.Version == "" {
		o.Version = "0.0.0" // a build of a developer's
		if m := plainVersion.FindStringSubmatch(buildVersion()); m != nil {
			o.Version = m[1]
		}
	}
	if o.MinMacOS, err = archive.ParseMinOS(p.cmd.String("min-macos")); err != nil {
		return fmt.Errorf("--min-macos: %w", err)
	}
	switch text := p.cmd.String("digest"); text {
	case "sha1":
		o.Hash = crypto.SHA1
	case "sha256":
		o.Hash = crypto.SHA256
	default:
		return fmt.Errorf("--digest: there is no %q; it is sha1 or sha256", text)
	}
	o.Epoch = packaging.DefaultEpoch
	if text := p.getenv("SOURCE_DATE_EPOCH"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seconds < 0 {
			return fmt.Errorf("SOURCE_DATE_EPOCH is %q, which is no number of seconds since 1970", text)
		}
		o.Epoch = time.Unix(seconds, 0)
	}
	return nil
}

// programs finds what is to be packed.
func (p *packager) programs(o *packaging.Options) (err error) {
	if o.Orbit = p.cmd.StringSlice("orbit"); len(o.Orbit) == 1 && o.Orbit[0] == auto {
		if o.Orbit, err = findOrbit(); err != nil {
			return err
		}
	}
	o.Desktop = p.cmd.StringSlice("desktop")
	app := p.cmd.String("desktop-app")
	if len(o.Desktop) > 0 && app == auto {
		app = none
	}
	if o.DesktopApp = find(app, "Fleet Desktop.app"); o.DesktopApp == auto {
		return errors.New("--desktop-app: there is no Fleet Desktop.app beside this program; give it (`make pkg` on a Mac builds it), or \"none\" for a package that shows nobody anything")
	}
	if o.SwiftDialog = find(p.cmd.String("swiftdialog"), "Dialog.app"); o.SwiftDialog == auto {
		o.SwiftDialog = ""
	}
	return nil
}

// self is this program's file, with links followed to where its parts lie.
func self() (string, error) {
	name, err := os.Executable()
	if err == nil {
		name, err = filepath.EvalSymlinks(name)
	}
	if err != nil {
		return "", fmt.Errorf("finding this program: %w", err)
	}
	return name, nil
}

// findOrbit looks for orbit for macOS: on a Mac it is this very program.
func findOrbit() ([]string, error) {
	name, err := self()
	if err != nil || runtime.GOOS == "darwin" {
		return []string{name}, err
	}
	dir := filepath.Dir(name)
	both := []string{filepath.Join(dir, "orbit-darwin-arm64"), filepath.Join(dir, "orbit-darwin-amd64")}
	for _, name := range both {
		if _, err := os.Stat(name); err != nil {
			return nil, fmt.Errorf("--orbit: there is no orbit for macOS beside this program (%s); give it, once per architecture: `make orbit-darwin` builds both", name)
		}
	}
	return both, nil
}

// find gives the path of an app, "" for none, and auto when there is none to find.
func find(given, name string) string {
	switch given {
	case none:
		return ""
	case auto:
	default:
		return given
	}
	program, err := self()
	if err != nil {
		return auto
	}
	for _, dir := range []string{filepath.Dir(program), filepath.Dir(filepath.Dir(program))} {
		for _, form := range []string{name, name + ".tar.gz"} {
			if _, err := os.Stat(filepath.Join(dir, form)); err == nil {
				return filepath.Join(dir, form)
			}
		}
	}
	return auto
}

// url is checked before a secret is asked for.
func (p *packager) url(o *packaging.Options) error {
	if o.FleetURL == "" {
		return nil
	}
	if err := packaging.CheckURL(o.FleetURL, o.Insecure); err != nil {
		return fmt.Errorf("--fleet-url: %w", err)
	}
	return nil
}

// enrollSecret is asked for where a server is named; without both, Macs take
// them from managed preferences.
func (p *packager) enrollSecret(o *packaging.Options) (err error) {
	if o.FleetURL == "" && p.cmd.String("enroll-secret-file") == "" {
		return nil
	}
	given := false
	if o.EnrollSecret, given, err = p.secret(secretSource{"enroll secret", "enroll-secret-file", "ORBIT_ENROLL_SECRET"}); err != nil || !given {
		return err
	}
	return packaging.CheckSecret(o.EnrollSecret)
}

func (p *packager) cache(o *packaging.Options) error {
	if p.cmd.Bool("no-cache") {
		return nil
	}
	dir := p.cmd.String("cache")
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil // no home: nothing to keep it in
		}
		dir = filepath.Join(user, "fleet-migrate", "package")
	}
	o.Cache = &packaging.Cache{Dir: dir}
	return nil
}

func (p *packager) signer(ctx context.Context) (*sign.Signer, error) {
	file := p.cmd.String("sign-p12")
	if file == "" {
		if p.cmd.String("timestamp") != "" {
			return nil, usageError{errors.New("--timestamp is of the signature: give --sign-p12 too")}
		}
		return nil, nil
	}
	password, _, err := p.secret(secretSource{"password of " + file, "sign-p12-password-file", "ORBIT_SIGN_P12_PASSWORD"})
	if err != nil {
		return nil, usageError{err}
	}
	return sign.Open(file, password, sign.Config{AllowAnyCertificate: p.cmd.Bool("sign-any-certificate"), TimestampURL: p.cmd.String("timestamp")})
}

// secretSource is where a secret may come from, first to last: a file, the
// environment, a person at a terminal.
type secretSource struct{ what, flag, env string }

const maxSecretFile = 64 << 10

// secret reads one; given is false when no source has it.
func (p *packager) secret(s secretSource) (text string, given bool, err error) {
	switch name := p.cmd.String(s.flag); {
	case name == "-":
		text, err = readSecret(p.cmd.Root().Reader)
	case name != "":
		var file *os.File
		if file, err = os.Open(name); err == nil {
			defer file.Close()
			text, err = readSecret(file)
		}
	case p.getenv(s.env) != "":
		text = p.getenv(s.env)
	default:
		return p.prompt(s.what)
	}
	if err != nil {
		return "", false, fmt.Errorf("reading the %s: %w", s.what, err)
	}
	return strings.TrimSpace(text), true, nil
}

func readSecret(r io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxSecretFile+1))
	if err == nil && len(raw) > maxSecretFile {
		err = errors.New("the file is larger than any secret")
	}
	return string(raw), err
}

// prompt asks without showing what is typed; without a terminal nobody is asked.
func (p *packager) prompt(what string) (string, bool, error) {
	in, ok := p.cmd.Root().Reader.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", false, nil
	}
	fmt.Fprintf(p.err, "%s (nothing is shown while you type): ", strings.ToUpper(what[:1])+what[1:])
	raw, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(p.err)
	if err != nil {
		return "", false, fmt.Errorf("reading the %s: %w", what, err)
	}
	return strings.TrimSpace(string(raw)), true, nil
}
