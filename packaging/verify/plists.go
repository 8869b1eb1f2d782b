package verify

import (
	"io"
	"path"
	"strings"

	"howett.net/plist"
)

// maxPlist is far above any Info.plist or launchd job, and low enough for a list
// made of nothing but opening brackets.
const maxPlist = 512 << 10

// bundleInfo is what a bundle's Info.plist says, in the names of Apple's keys.
type bundleInfo struct {
	ID         string `plist:"CFBundleIdentifier"`
	Short      string `plist:"CFBundleShortVersionString"`
	Version    string `plist:"CFBundleVersion"`
	Executable string `plist:"CFBundleExecutable"`
	Type       string `plist:"CFBundlePackageType"`
}

// parsedOnly takes a property list of any shape and keeps nothing: a binary one
// of a few bytes can stand for more values than memory holds.
type parsedOnly struct{}

func (*parsedOnly) UnmarshalPlist(func(any) error) error { return nil }

// checkPlist parses a property list in any of its forms and keeps what later
// checks need.
func (v *verifier) checkPlist(c *component, s *scope, o *odcMember, body io.Reader) {
	if o.size > maxPlist {
		s.warn("is not read, %d bytes are too many for a property list", o.size)
		return
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return // said by the layer it comes from
	}
	at := c.at(o)
	kind := launchdKind(at)
	var to any
	var info bundleInfo
	job := launchdJob{kind: kind, at: at, where: s.where}
	app, isApp := strings.CutSuffix(at, "/Contents/Info.plist")
	switch {
	case kind != "":
		to = &job
	case isApp:
		to = &info
	default:
		to = &parsedOnly{}
	}
	if _, err := plist.Unmarshal(raw, to); err != nil {
		if kind == "" && !isApp {
			s.warn("cannot be read: %v", err)
			return
		}
		s.fail("cannot be read: %v", err)
		return
	}
	if kind != "" {
		c.jobs = append(c.jobs, job)
	}
	if isApp {
		c.bundles[app] = info
		checkBundleInfo(s, app, info)
	}
}

func checkBundleInfo(s *scope, app string, info bundleInfo) {
	if path.Ext(app) != ".app" {
		return
	}
	if info.ID == "" || info.Executable == "" {
		s.fail("lacks CFBundleIdentifier or CFBundleExecutable, so the app cannot be opened")
	}
	s.ok("%s %s", info.ID, info.Version)
}
