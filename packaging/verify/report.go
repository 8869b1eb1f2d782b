package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Level is how bad a finding is.
type Level string

// The levels, from good to bad.
const (
	OK   Level = "ok"   // checked and in order
	Note Level = "note" // harmless, or known to come from Apple's own tools
	Warn Level = "warn" // works, but somebody should look
	Fail Level = "fail" // damaged, or a Mac would refuse it
)

// Layer names the part of the package that a finding is about.
type Layer string

// The layers from the outside in.
const (
	LayerFile         Layer = "file"
	LayerHeader       Layer = "xar header"
	LayerTOC          Layer = "table of contents"
	LayerHeap         Layer = "heap"
	LayerTail         Layer = "tail"
	LayerSignature    Layer = "signature"
	LayerTimestamp    Layer = "timestamp"
	LayerDistribution Layer = "Distribution"
	LayerPackageInfo  Layer = "PackageInfo"
	LayerBom          Layer = "Bom"
	LayerGzip         Layer = "gzip"
	LayerCpio         Layer = "cpio"
	LayerPermissions  Layer = "permissions"
	LayerPlist        Layer = "plist"
	LayerLaunchd      Layer = "launchd"
	LayerMachO        Layer = "Mach-O"
	LayerScript       Layer = "script"
)

// maxFindings keeps the report of a thoroughly broken package readable.
const maxFindings = 500

// Finding is one line of a report.
type Finding struct {
	Level Level  `json:"level"`
	Layer Layer  `json:"layer"`
	Where string `json:"where,omitempty"` // member, or member and path within it
	What  string `json:"what"`
}

func (f Finding) String() string {
	where := ""
	if f.Where != "" {
		where = f.Where + ": "
	}
	return fmt.Sprintf("%-4s  %-17s  %s%s", f.Level, f.Layer, where, f.What)
}

// Report is what Verify found, in the order it was found.
type Report struct {
	Findings []Finding
	dropped  int
}

// Count is the number of findings of a level.
func (r Report) Count(level Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

// OK is true when nothing failed.
func (r Report) OK() bool { return r.Count(Fail) == 0 }

// Err is nil when nothing failed, else names the first failure and how many
// there are.
func (r Report) Err() error {
	for _, f := range r.Findings {
		if f.Level != Fail {
			continue
		}
		place := strings.TrimSpace(string(f.Layer) + " " + f.Where)
		if n := r.Count(Fail); n > 1 {
			return fmt.Errorf("verifying package: %s: %s (and %d more failures)", place, f.What, n-1)
		}
		return fmt.Errorf("verifying package: %s: %s", place, f.What)
	}
	return nil
}

// WriteText writes one line per finding and a line that sums up.
func (r Report) WriteText(w io.Writer) error {
	var out strings.Builder
	for _, f := range r.Findings {
		out.WriteString(f.String() + "\n")
	}
	if r.dropped > 0 {
		fmt.Fprintf(&out, "… and %d more\n", r.dropped)
	}
	verdict := "sound"
	if !r.OK() {
		verdict = "REFUSED"
	}
	fmt.Fprintf(&out, "%s: %d ok, %d notes, %d warnings, %d failures\n", verdict, r.Count(OK), r.Count(Note), r.Count(Warn), r.Count(Fail))
	_, err := io.WriteString(w, out.String())
	return err
}

// MarshalJSON gives {"ok":bool,"findings":[{level,layer,where,what}],"more":n}.
func (r Report) MarshalJSON() ([]byte, error) {
	findings := r.Findings
	if findings == nil {
		findings = []Finding{}
	}
	return json.Marshal(struct {
		OK       bool      `json:"ok"`
		Findings []Finding `json:"findings"`
		More     int       `json:"more,omitempty"`
	}{r.OK(), findings, r.dropped})
}

// add keeps the first findings, and each layer's first failure even past the
// limit, so that a flood of others cannot hide it.
func (r *Report) add(f Finding) {
	if len(r.Findings) >= maxFindings && (f.Level != Fail || r.failed(f.Layer)) {
		r.dropped++
		return
	}
	r.Findings = append(r.Findings, f)
}

func (r *Report) failed(layer Layer) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level == Fail && f.Layer == layer })
}

// scope writes findings about one layer at one place, and remembers whether
// that place is still in order.
type scope struct {
	report *Report
	layer  Layer
	where  string
	failed bool
}

func (s *scope) add(level Level, format string, args ...any) {
	s.report.add(Finding{level, s.layer, s.where, fmt.Sprintf(format, args...)})
}

func (s *scope) fail(format string, args ...any) {
	s.failed = true
	s.add(Fail, format, args...)
}

func (s *scope) warn(format string, args ...any) { s.add(Warn, format, args...) }
func (s *scope) note(format string, args ...any) { s.add(Note, format, args...) }

// ok says that a place is in order, unless something there failed.
func (s *scope) ok(format string, args ...any) {
	if !s.failed {
		s.add(OK, format, args...)
	}
}

// sub is a scope for a path within this one's place.
func (s *scope) sub(layer Layer, name string) *scope {
	return &scope{report: s.report, layer: layer, where: s.where + " " + name}
}
