package packaging

import (
	"crypto"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/sign"
)

// Options says what goes into a package. Version and Orbit are required.
type Options struct {
	// Version of the package and of Fleet Desktop.app: up to four numbers.
	Version string
	// FleetURL and EnrollSecret are left on the Mac for orbit. Without them it
	// takes them from managed preferences.
	FleetURL, EnrollSecret string
	// Insecure allows an http URL, and makes orbit accept it.
	Insecure bool
	// Orbit is one universal program, or one per architecture to be joined.
	Orbit []string
	// DesktopApp is Fleet Desktop.app as a folder, .tar.gz or .pkg; or Desktop is
	// its program like Orbit, from which the app is made. With neither there is
	// no Fleet Desktop, nor its LaunchAgent.
	DesktopApp string
	Desktop    []string
	// SwiftDialog is swiftDialog's .pkg, .tar.gz or .app folder; empty leaves it out.
	SwiftDialog string
	// MinMacOS is the oldest macOS to install on; zero is 12.0, which is the
	// oldest that Go's programs run on.
	MinMacOS archive.MinOS
	// Epoch is the one time in the package; zero is DefaultEpoch.
	Epoch time.Time
	// Hash of the archive's table of contents: zero is SHA-1, as Apple's tools
	// write and every reader reads; SHA256 is the other choice.
	Hash crypto.Hash
	// Signer signs the archive; nil leaves it unsigned.
	Signer *sign.Signer
	// Cache keeps the part that does not depend on URL and secret; nil keeps none.
	Cache *Cache
	// Apple's tools, run where asked.
	Apple Apple
	// Progress is told how many bytes of how many were read; nil is not.
	Progress func(done, total int64)
}

// DefaultEpoch is the time in packages when SOURCE_DATE_EPOCH gives no other.
var DefaultEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

var oldestMacOS = archive.MinOS{Major: 12}

const maxSecret = 4096

// checked gives the options with defaults, or the first thing that is wrong.
func (o Options) checked() (Options, error) {
	if o.Hash == 0 {
		o.Hash = crypto.SHA1
	}
	if o.Epoch.IsZero() {
		o.Epoch = DefaultEpoch
	}
	if o.MinMacOS == (archive.MinOS{}) {
		o.MinMacOS = oldestMacOS
	}
	switch {
	case len(o.Orbit) == 0:
		return o, errors.New("there is no orbit to pack; give its program for macOS")
	case o.DesktopApp != "" && len(o.Desktop) > 0:
		return o, errors.New("Fleet Desktop is given twice, as an app and as programs; give one")
	case o.MinMacOS.Compare(oldestMacOS) < 0:
		return o, fmt.Errorf("macOS %s is too old: orbit runs on %s and newer", o.MinMacOS, oldestMacOS)
	}
	if err := checkVersion(o.Version); err != nil {
		return o, err
	}
	return o, o.checkServer()
}

var versionForm = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,9}){0,3}$`)

// checkVersion wants what macOS compares versions by: numbers and dots.
func checkVersion(version string) error {
	if !versionForm.MatchString(version) {
		return fmt.Errorf("the version %q is not up to four numbers with dots, like 1.2.3", version)
	}
	return nil
}

func (o *Options) checkServer() error {
	if o.FleetURL != "" {
		if err := CheckURL(o.FleetURL, o.Insecure); err != nil {
			return err
		}
	}
	if o.EnrollSecret == "" {
		return nil
	}
	return CheckSecret(o.EnrollSecret)
}

// CheckURL wants the plain URL of a Fleet server. The error does not repeat
// it, since it may hold a password.
func CheckURL(text string, insecure bool) error {
	const form = "write it like https://fleet.example.com"
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("the Fleet URL cannot be read; " + form)
	case u.User != nil:
		return errors.New("the Fleet URL holds a user name or password, which every Mac would keep in the open; " + form)
	case u.Scheme == "" || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return errors.New("the Fleet URL has no https:// and server; " + form)
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery || strings.ContainsFunc(text, unicode.IsSpace):
		return errors.New("the Fleet URL has a query, a fragment or a space; " + form)
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }):
		return errors.New("the Fleet URL's host has letters beyond ASCII; write it in the form that begins with xn--, as macOS does")
	case u.Scheme == "http" && !insecure:
		return errors.New("the Fleet URL is http, over which the enroll secret travels in the open; use https, or --insecure for a test")
	}
	return nil
}

// CheckSecret refuses what cannot be an enroll secret.
func CheckSecret(secret string) error {
	switch {
	case strings.TrimSpace(secret) == "":
		return errors.New("the enroll secret is empty; copy it from Fleet (Hosts, Manage enroll secrets)")
	case len(secret) > maxSecret:
		return fmt.Errorf("the enroll secret has %d bytes, more than any; give the secret alone", len(secret))
	case strings.ContainsFunc(secret, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return errors.New("the enroll secret has a space or a line end within; give the secret alone, on one line")
	}
	return nil
}
