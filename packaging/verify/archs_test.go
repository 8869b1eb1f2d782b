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
		says   []string
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
