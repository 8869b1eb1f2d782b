package verify_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/verify"
)

// linked gives a member of a cpio archive another inode and count of links.
func linked(f *fixture, inodes map[string][2]int) {
	f.editCpio = func(raw []byte) []byte {
		for name, numbers := range inodes {
			at := strings.Index(string(raw), name+"\x00") - 76
			copy(raw[at+12:], fmt.Sprintf("%06o", numbers[0]))
			copy(raw[at+36:], fmt.Sprintf("%06o", numbers[1]))
		}
		return raw
	}
}

// A Mac's reader links what shares an inode, whatever its bytes are.
func TestHardLinks(t *testing.T) {
	const agent, program, info = "./opt/example/bin/agent", "./opt/example/Example.app/Contents/MacOS/Example", "./opt/example/Example.app/Contents/Info.plist"
	f := newFixture()
	linked(f, map[string][2]int{agent: {99, 2}, program: {99, 2}})
	report := run(t, f.build(t))
	require.True(t, report.OK(), text(t, report))
	require.Contains(t, text(t, report), "Contents/MacOS/Example is another name of ./opt/example/bin/agent")

	for name, inodes := range map[string]map[string][2]int{
		"other bytes": {agent: {99, 2}, info: {99, 2}}, "a folder and a file": {"./opt/example/bin": {99, 3}, info: {99, 2}}, "two folders": {"./opt": {99, 3}, "./Library": {99, 3}},
	} {
		f := newFixture()
		linked(f, inodes)
		require.Contains(t, text(t, run(t, f.build(t))), "so that it may be installed as another name of it", name)
	}
	f = newFixture()
	linked(f, map[string][2]int{agent: {99, 2}})
	require.Contains(t, text(t, run(t, f.build(t))), "note  cpio               base.pkg/Payload: ./opt/example/bin/agent counts 2 names")
}

func TestWhatRunsAsAnotherUserIsSaid(t *testing.T) {
	f := newFixture()
	f.nodes[7].mode = 0o104755
	report := run(t, f.build(t))
	require.Equal(t, 1, report.Count(verify.Warn), text(t, report))
	require.Contains(t, text(t, report), "/opt/example/bin/agent is mode 4755: it runs as user 0 or group 0, whoever starts it")
}
