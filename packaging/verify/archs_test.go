package verify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/verify"
)

// A package that Macs of both kinds take and whose programs are for one of them
// installs well, and there is nothing on the other's screen.
func TestProgramsThatAreForFewerMacsThanThePackage(t *testing.T) {
	intel, apple := string(thin(x86, false)), string(thin(arm, true))
	for name, c := range map[string]struct {
		change func(*fixture)
		says   []string // its warnings
	}{
		"an app for Apple silicon alone": {func(f *fixture) { f.nodes[12].body = apple },
			[]string{"warn  Mach-O             base.pkg /opt/example/Example.app/Contents/MacOS/Example: is for arm64 alone, the Distribution lets in Macs with x86_64 too: it does not start there"}},
		"an app for Intel alone": {func(f *fixture) { f.nodes[12].body = intel },
			[]string{"Contents/MacOS/Example: is for x86_64 alone, the Distribution lets in Macs with arm64 too: it starts there only if Rosetta is installed"}},
		"a daemon for Apple silicon alone": {func(f *fixture) { f.nodes[7].body = apple },
			[]string{"warn  Mach-O             base.pkg /opt/example/bin/agent: is for arm64 alone"}},
		"a tool that nothing starts by itself": {func(f *fixture) {
			f.nodes[12].body = apple
			f.nodes[12].path = "./opt/example/Example.app/Contents/MacOS/other"
			f.nodes = append(f.nodes, node{path: "./opt/example/Example.app/Contents/MacOS/Example", mode: 0o100755, body: string(universal())})
			f.packageInfo = strings.ReplaceAll(f.packageInfo, `numberOfFiles="16"`, `numberOfFiles="17"`)
		}, nil},
		"a package for Apple silicon alone": {func(f *fixture) {
			f.nodes[7].body, f.nodes[12].body = apple, apple
			f.distribution = strings.ReplaceAll(f.distribution, "arm64,x86_64", "arm64")
		}, nil},
		"a script for a program": {func(f *fixture) { f.nodes[12].body = "#!/bin/sh\n" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture()
			c.change(f)
			report := run(t, f.build(t))
			require.True(t, report.OK(), text(t, report))
			require.Equal(t, len(c.says), report.Count(verify.Warn), text(t, report))
			for _, says := range c.says {
				require.Contains(t, text(t, report), says)
			}
		})
	}
}

// What begins like nothing that a kernel starts is no program, whatever its
// mode: one bit of a Mach-O's first bytes is enough.
func TestProgramsThatNoMacStarts(t *testing.T) {
	for name, at := range map[string]int{"a daemon's": 7, "an app's": 12} {
		t.Run(name, func(t *testing.T) {
			f := newFixture()
			f.nodes[at].body = "\xca\xfe\xba\xbc" + f.nodes[at].body[4:]
			requireFinding(t, run(t, f.build(t)), verify.LayerMachO, "is neither a Mach-O program nor a script, so that a Mac cannot start it")
		})
	}
}

func TestASliceThatIsNotOnAPage(t *testing.T) {
	f := newFixture()
	raw := []byte(f.nodes[7].body)
	raw[47] = 6 // of 14: where it is would do, what is stated would not
	f.nodes[7].body = string(raw)
	report := run(t, f.build(t))
	require.Contains(t, text(t, report), "warn  Mach-O             base.pkg/Payload opt/example/bin/agent: the arm64 slice states an alignment of 2^6, less than a page")
}
