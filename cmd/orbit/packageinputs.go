package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"fleetmigrate/packaging"
	"fleetmigrate/packaging/archive"
)

const (
	auto = "auto"
	none = "none"
)

// options reads flags, environment and files into what the library takes.
func (p *packager) options(ctx context.Context) (packaging.Options, error) {
	o := packaging.Options{
		FleetURL: p.flag("fleet-url", "ORBIT_FLEET_URL"), Insecure: p.cmd.Bool("insecure"),
		Apple:    packaging.Apple{CodesignIdentity: p.cmd.String("codesign-identity"), NotaryProfile: p.cmd.String("notary-profile")},
		Progress: p.progress(),
	}
	for _, step := range []func(*packaging.Options) error{p.versions, p.url, p.signing, p.programs, p.enrollSecret, p.cache} {
		if err := step(&o); err != nil {
			return o, usageError{err}
		}
	}
	var err error
	o.Signer, err = p.signer(ctx)
	return o, err
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
		if p.cmd.Bool("server-in-profile") {
			return errors.New("--server-in-profile: there is no server to put there: give --fleet-url and --enroll-secret-file")
		}
		return nil
	}
	if p.cmd.Bool("server-in-profile") && p.cmd.String("profiles") == none {
		return errors.New("--server-in-profile needs the profile: leave out --profiles none")
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
