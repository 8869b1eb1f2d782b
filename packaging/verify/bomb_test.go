package verify_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/verify"
)

// Small packages that would fill the memory of a reader that believes them.
func TestBombsStaySmall(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fixture)
		layer  verify.Layer
		says   string
	}{
		"a million files in the contents": {func(f *fixture) { f.editTOC = inside("</toc>", strings.Repeat("<file/>", 1_000_000)) }, verify.LayerTOC, "tags are more than"},
		"folders without end":             {func(f *fixture) { f.editTOC = inside("</toc>", nested(4000)) }, verify.LayerTOC, "make a name of more than 4096 bytes"},
		"a Distribution of entities": {func(f *fixture) {
			f.distribution = laughs + f.distribution[strings.Index(f.distribution, "<installer"):]
		}, verify.LayerDistribution, "declares a document type"},
		"contents of entities": {func(f *fixture) {
			f.editTOC = func(b []byte) []byte { return append([]byte(laughs), b[bytes.Index(b, []byte("<xar")):]...) }
		}, verify.LayerTOC, "declares a document type"},
		"a Distribution of nothing":  {func(f *fixture) { f.distribution = strings.Repeat(" ", 5<<20) }, verify.LayerDistribution, "are more than"},
		"a path of a million names":  {deepPath, verify.LayerBom, "its path is longer than 4096 bytes"},
		"a million long names":       {longNames, verify.LayerCpio, "bytes of names, which is more than is read here"},
		"a script of one line":       {func(f *fixture) { f.scripts[1] = script("./postinstall", "#!/bin/"+strings.Repeat("s", 1<<20)) }, verify.LayerScript, "its first line has no end"},
		"a list of opening brackets": {func(f *fixture) { f.nodes[10].body = strings.Repeat("(", 512<<10) }, verify.LayerPlist, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture()
			c.change(f)
			requireFinding(t, readBounded(t, f.build(t)), c.layer, c.says)
		})
	}
}

func TestAPlistOfDoublingsIsNotSpelledOut(t *testing.T) {
	f := newFixture()
	f.nodes[15] = node{path: "./opt/x.plist", mode: 0o100644, body: doublings(40)}
	report := readBounded(t, f.build(t))
	require.True(t, report.OK(), text(t, report))
	require.Zero(t, report.Count(verify.Warn), "it was read")
}

// laughs are a billion, where entities are spelled out.
const laughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`

func inside(before, text string) func([]byte) []byte {
	return swap(before, text+before)
}

func nested(depth int) string {
	var out strings.Builder
	for i := range depth {
		fmt.Fprintf(&out, `<file id="x%d"><name>folder</name><type>directory</type>`, i)
	}
	return out.String() + strings.Repeat("</file>", depth)
}

// deepPath is a Bom of folders within folders, longer than any path may be.
func deepPath(f *fixture) {
	f.bomNodes = []node{{path: ".", mode: 0o040755}}
	name := "."
	for range 2500 {
		name += "/d"
		f.bomNodes = append(f.bomNodes, node{path: name, mode: 0o040755})
	}
}

// longNames is left uncompressed, which a Payload may be: packing it would take
// longer than reading it.
func longNames(f *fixture) {
	f.editGzip = func([]byte) []byte {
		var out bytes.Buffer
		out.Write(odc([]node{{path: ".", mode: 0o040755}})[:78])
		for i := range 17_000 {
			name := fmt.Sprintf("./%s%06d", strings.Repeat("n", 4000), i)
			out.Write(odc([]node{{path: name, mode: 0o100644}})[:76+len(name)+1])
		}
		return out.Bytes()
	}
}

// doublings is a binary property list of n arrays, each holding the next one
// twice: 2 to the power of n values, were they spelled out.
func doublings(n int) string {
	out := []byte("bplist00")
	var offsets []byte
	for i := range n {
		offsets = append(offsets, byte(len(out)))
		out = append(out, 0xa2, byte(i+1), byte(i+1))
	}
	offsets = append(offsets, byte(len(out)))
	out = append(out, 0x09)
	table := len(out)
	out = append(out, offsets...)
	out = append(out, make([]byte, 6)...)
	out = append(out, 1, 1)
	for _, value := range []int{n + 1, 0, table} {
		out = append(out, 0, 0, 0, 0, 0, 0, 0, byte(value))
	}
	return string(out)
}
