package swiftdialog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"howett.net/plist"
)

// Version is swiftDialog's, as CFBundleShortVersionString has it.
type Version struct{ Major, Minor, Patch int }

func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// Before reports that v is older than the other.
func (v Version) Before(o Version) bool {
	switch {
	case v.Major != o.Major:
		return v.Major < o.Major
	case v.Minor != o.Minor:
		return v.Minor < o.Minor
	}
	return v.Patch < o.Patch
}

// Why swiftDialog can't be used. Test with errors.Is.
var (
	ErrMissing = errors.New("swiftDialog is not there")
	ErrNotApp  = errors.New("this is not swiftDialog's app binary")
	ErrUnsafe  = errors.New("swiftDialog could be changed by somebody else")
	ErrTooOld  = errors.New("swiftDialog is older than 2.3.2")
	ErrUnknown = errors.New("swiftDialog's version is not known to this agent")
	ErrMacOS   = errors.New("this swiftDialog needs a newer macOS")
)

var oldest = Version{2, 3, 2}

// ParseVersion reads "2.5.6", with or without a build number.
func ParseVersion(s string) (Version, error) {
	var v Version
	parts := strings.Split(s, ".")
	for i, to := range []*int{&v.Major, &v.Minor, &v.Patch} {
		if i == len(parts) {
			break
		}
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 0 {
			return Version{}, fmt.Errorf("%q is no version", s)
		}
		*to = n
	}
	return v, nil
}

// Check finds out whether swiftDialog can be used, from the bundle's Info.plist
// beside the binary: running it would need a person at the screen.
func (r *Runner) Check() (Version, error) {
	if err := checkBinary(r.cfg.Path); err != nil {
		return Version{}, err
	}
	file := filepath.Join(filepath.Dir(filepath.Dir(r.cfg.Path)), "Info.plist")
	data, err := os.ReadFile(file)
	if err != nil {
		return Version{}, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	var info struct {
		Version string `plist:"CFBundleShortVersionString"`
		MacOS   string `plist:"LSMinimumSystemVersion"`
	}
	if _, err := plist.Unmarshal(data, &info); err != nil {
		return Version{}, fmt.Errorf("reading %s: %w", file, err)
	}
	v, err := ParseVersion(info.Version)
	if err != nil {
		return v, fmt.Errorf("reading %s: %w", file, err)
	}
	return v, r.fits(v, info.MacOS)
}

func (r *Runner) fits(v Version, needs string) error {
	switch {
	case v.Before(oldest):
		return fmt.Errorf("%w: %s has %s", ErrTooOld, r.cfg.Path, v)
	case v.Major > 3:
		return fmt.Errorf("%w: %s", ErrUnknown, v)
	}
	if needs == "" { // what the releases were built for
		needs = "12.0"
		if v.Major == 3 {
			needs = "15.0"
		}
	}
	min, err1 := ParseVersion(needs)
	here, err2 := ParseVersion(r.cfg.MacOS)
	if r.cfg.MacOS != "" && err1 == nil && err2 == nil && here.Before(min) {
		return fmt.Errorf("%w: %s needs %s, this Mac has %s", ErrMacOS, v, needs, r.cfg.MacOS)
	}
	return nil
}
