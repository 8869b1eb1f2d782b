package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"fleetmigrate/agent/options"
	"fleetmigrate/packaging"
)

// summary is what was made, for people and as JSON.
type summary struct {
	File       string        `json:"file"`
	Made       bool          `json:"made"` // false for a dry run
	Identifier string        `json:"identifier"`
	Version    string        `json:"version"`
	Size       int64         `json:"size,omitempty"`
	SHA256     string        `json:"sha256,omitempty"`
	Installed  int64         `json:"installed_bytes"`
	FleetURL   string        `json:"fleet_url,omitempty"`
	Secret     bool          `json:"holds_enroll_secret"`
	InProfile  bool          `json:"server_in_profile"`
	Archs      []string      `json:"architectures"`
	NotFor     []gap         `json:"not_for,omitempty"`
	MinMacOS   string        `json:"min_macos"`
	SignedBy   string        `json:"signed_by,omitempty"`
	Timestamp  string        `json:"timestamp,omitempty"`
	Codesigned string        `json:"codesigned_by,omitempty"`
	Notarized  bool          `json:"notarized"`
	Cached     bool          `json:"from_cache"`
	Took       time.Duration `json:"-"`
	Profiles   []string      `json:"profiles,omitempty"`
	Warnings   []string      `json:"warnings"`
	Payload    int64         `json:"payload_bytes,omitempty"` // compressed
	TookMS     int64         `json:"took_ms,omitempty"`
	Paths      []listedPath  `json:"paths"`
	Scripts    []listedPath  `json:"scripts"`
}

type listedPath struct {
	Path string `json:"path"`
	Mode string `json:"mode"`
	Size int64  `json:"size"`
	Link string `json:"link,omitempty"`
}

// gap is a part that is for fewer Macs than there are.
type gap struct {
	Part   string `json:"part"`
	Arch   string `json:"architecture"` // that it is not for
	Effect string `json:"effect"`
}

func newSummary(file string, o packaging.Options, b *packaging.Builder) *summary {
	s := &summary{
		File: file, Identifier: packaging.Identifier, Version: o.Version, FleetURL: o.FleetURL, Secret: o.EnrollSecret != "",
		MinMacOS: o.MinMacOS.String(), Codesigned: o.Apple.CodesignIdentity, Notarized: o.Apple.NotaryProfile != "",
		Paths: listPaths("/", b.Payload()), Scripts: listPaths("", b.Scripts()),
	}
	for _, a := range b.Archs() {
		s.Archs = append(s.Archs, a.Apple())
	}
	for _, g := range b.Gaps() {
		s.NotFor = append(s.NotFor, gap{g.Part, g.Arch.Apple(), g.Effect})
	}
	for _, e := range s.Paths {
		s.Installed += e.Size
	}
	if o.Signer != nil {
		s.SignedBy = o.Signer.Subject()
	}
	return s
}

func listPaths(root string, entries []packaging.Entry) []listedPath {
	var out []listedPath
	for _, e := range entries {
		name := root + e.Path
		if e.Path == "." {
			name = root
		}
		out = append(out, listedPath{name, e.Mode.String(), e.Size, e.Link})
	}
	return out
}

// report prints the summary; warnings go to standard error.
func (p *packager) report(s *summary) error {
	s.TookMS = s.Took.Milliseconds()
	s.InProfile = p.cmd.Bool("server-in-profile")
	s.Made, s.Timestamp = !p.cmd.Bool("dry-run"), p.cmd.String("timestamp")
	if p.cmd.Bool("json") {
		s.Warnings = append([]string{}, s.Warnings...)
		return writeJSON(p.out, s)
	}
	for _, w := range s.Warnings {
		fmt.Fprintln(p.err, "orbit: warning:", w)
	}
	if !s.Made {
		return s.list(p.out)
	}
	return s.print(p.out)
}

// list is the answer to --dry-run.
func (s *summary) list(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s would install %d paths, %s, all owned by root:wheel:\n", s.File, len(s.Paths), megabytes(s.Installed))
	for _, group := range []struct {
		title string
		paths []listedPath
	}{{"", s.Paths}, {"and carry these scripts, with what they leave for orbit:\n", s.Scripts}} {
		out.WriteString(group.title)
		for _, e := range group.paths {
			fmt.Fprintf(&out, "  %s %11d  %s", e.Mode, e.Size, e.Path)
			if e.Link != "" {
				out.WriteString(" -> " + e.Link)
			}
			out.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (s *summary) print(w io.Writer) error {
	how := ""
	if s.Cached {
		how = ", programs from the cache"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s in %s%s\n", s.File, megabytes(s.Size), s.Took, how)
	fmt.Fprintf(&out, "  sha256    %s\n", s.SHA256)
	fmt.Fprintf(&out, "  product   %s %s, for %s, macOS %s and newer\n", s.Identifier, s.Version, strings.Join(s.Archs, " and "), s.MinMacOS)
	for _, g := range s.NotFor {
		fmt.Fprintf(&out, "  lacking   %s for %s: %s\n", g.Part, g.Arch, g.Effect)
	}
	fmt.Fprintf(&out, "  installs  %d paths, %s (--dry-run lists them)\n", len(s.Paths), megabytes(s.Installed))
	fmt.Fprintf(&out, "  server    %s\n", s.server())
	fmt.Fprintf(&out, "  signed    %s\n", s.signed())
	for i, name := range s.Profiles {
		title := "profiles"
		if i > 0 {
			title = ""
		}
		fmt.Fprintf(&out, "  %-8s  %s\n", title, name)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (s *summary) server() string {
	switch {
	case s.InProfile:
		return "in settings.mobileconfig alone: push it first"
	case s.FleetURL == "" && !s.Secret:
		return "none in it: push a profile with FleetURL and EnrollSecret for " + options.FleetDomain
	case s.Secret:
		return strings.TrimSpace(s.FleetURL + " with its enroll secret: only you can read the file")
	}
	return s.FleetURL + ", enroll secret from managed preferences"
}

func (s *summary) signed() string {
	var parts []string
	if s.SignedBy != "" {
		signed := "archive by " + s.SignedBy
		if s.Timestamp != "" {
			signed += ", with a timestamp"
		}
		parts = append(parts, signed)
	}
	if s.Codesigned != "" {
		parts = append(parts, "programs by "+s.Codesigned)
	}
	if s.Notarized {
		parts = append(parts, "notarized and stapled")
	}
	if s.SignedBy == "" {
		parts = append(parts, "archive: no; most MDMs want --sign-p12")
	}
	return strings.Join(parts, "; ")
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
