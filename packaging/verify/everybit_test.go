package verify_test

import (
	"bytes"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/verify"
)

// words counts what a report says beyond that all is well.
func words(r verify.Report) int {
	return r.Count(verify.Note) + r.Count(verify.Warn) + r.Count(verify.Fail)
}

// unnoticed flips a bit in every step-th byte, another one each time, and gives
// the places that the report says nothing of. With a step of 1 it takes minutes
// and finds no other kind of place.
func unnoticed(t *testing.T, seed []byte, step int, build func([]byte) []byte) []string {
	t.Helper()
	quiet := words(run(t, build(seed)))
	var out []string
	for i := 0; i < len(seed); i += step {
		bent := bytes.Clone(seed)
		bent[i] ^= 1 << (i * 5 % 8)
		if r := run(t, build(bent)); r.OK() && words(r) <= quiet {
			out = append(out, fmt.Sprintf("%q>%q<%q", seed[max(0, i-60):i], seed[i:i+1], seed[i+1:min(len(seed), i+30)]))
		}
	}
	return out
}

// Whatever bit of a file is bent, in a signed package or in one that is not: a
// digest, a signature or what is compared with what says so.
func TestEveryBitOfAFileCounts(t *testing.T) {
	for name, f := range map[string]*fixture{"unsigned": newFixture(), "signed": signedBy(t, newIdentity(t, now.AddDate(1, 0, 0)))} {
		t.Run(name, func(t *testing.T) {
			raw := f.build(t)
			require.Empty(t, unnoticed(t, raw, 19, func(b []byte) []byte { return b }))
		})
	}
}

// The same one layer further in, where no digest of another layer helps: they
// are made to fit, as a faulty writer would. What is left is harmless, and why
// is said here.
func TestEveryBitOfALayerCounts(t *testing.T) {
	for name, c := range map[string]struct {
		seed     func(*fixture) []byte
		put      func(*fixture, []byte)
		step     int
		harmless string
	}{
		"contents": {func(f *fixture) []byte { return []byte(f.toc(f.entries(), "")) }, func(f *fixture, b []byte) { f.editTOC = instead(b) }, 7,
			// Times, owners and modes of the archive's own files: Apple's tools leave
			// them out, or write garbage. An id is a mere label. Digests in capitals.
			`(creation-time|ctime|time|nanoseconds|group|user|uid|gid|mode)>[^<>]*">"|file id=\\"">|">"[a-f]"<|[0-9a-f]{8}">"`},
		"PackageInfo": {func(f *fixture) []byte { return []byte(f.packageInfo) }, func(f *fixture, b []byte) { f.packageInfo = string(b) }, 3,
			`installKBytes=\\"`}, // advisory, says pkgbuild's own rounding
		"Distribution": {func(f *fixture) []byte { return []byte(f.distribution) }, func(f *fixture, b []byte) { f.distribution = string(b) }, 4,
			// The title; numbers that are advisory; a script may stand where a choice is
			// shown or not; and root is written with a capital, too.
			`<title>|minSpecVersion=\\"">|visible=\\"[a-z]*">|installKBytes=\\"|auth=\\"`},
		// Of an ad-hoc signature the list of pages is what counts; its name, flags
		// and reserved fields are whatever its maker says.
		"program": {func(*fixture) []byte { return thin(arm, true)[:codeSize] }, func(f *fixture, b []byte) {
			f.nodes[7].body = string(b) + string(thin(arm, true)[codeSize:])
		}, 61, `nothing is`},
		"cpio": {func(f *fixture) []byte { return odc(f.nodes)[:800] }, func(f *fixture, b []byte) {
			f.editCpio = func(raw []byte) []byte { return append(bytes.Clone(b), raw[len(b):]...) }
		}, 5, `070707[0-7]{0,11}">|070707[0-7]{30,41}">`}, // device and inode; count of links and device of what is none
	} {
		t.Run(name, func(t *testing.T) {
			// A declaration of another name is an instruction to somebody else, and a
			// document without one is UTF-8.
			harmless := regexp.MustCompile(c.harmless + `|^"<\?[xml]*">`)
			for _, place := range unnoticed(t, c.seed(newFixture()), c.step, func(b []byte) []byte {
				f := newFixture()
				c.put(f, b)
				return f.build(t)
			}) {
				require.Regexp(t, harmless, place)
			}
		})
	}
}
