package verify_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/verify"
)

// The fixtures are built here, apart from both the product's writer and its
// reader, after what was measured in packages made by Apple's own tools: no
// such package may be kept in this repository.

// node is one path of a payload.
type node struct {
	path     string // "." or ./a/b
	mode     int
	uid, gid int
	body     string // content, or a link's target
	large    uint64 // size in the Size64 table, if any
	arch     bool   // the Bom's record lists architectures
}

const mtime = 0o14545300712

// fixture is a package in the making. Every stage can be bent, and all that
// comes after it (digests, sizes, checksums of outer layers) is made to fit, so
// that a test damages one layer alone.
type fixture struct {
	nodes        []node
	bomNodes     []node // nil: the same as nodes
	scripts      []node
	packageInfo  string
	distribution string
	bare         bool // a component package
	hash         crypto.Hash
	bom          bomStyle
	payloadAs    string // encoding of the Payload in the xar
	signatures   func(digest []byte, hash crypto.Hash) (rsa, cms []byte)
	certificates [][]byte

	editCpio, editGzip, editBom, editTOC, editPacked, editHeader, editFile func([]byte) []byte
	tail                                                                   []byte
}

func newFixture() *fixture {
	app := "./opt/example/Example.app"
	program := string(universal())
	f := &fixture{hash: crypto.SHA1, payloadAs: "application/octet-stream"}
	f.nodes = []node{
		{path: ".", mode: 0o040755}, {path: "./Library", mode: 0o040755},
		{path: "./Library/LaunchDaemons", mode: 0o040755},
		{path: "./Library/LaunchDaemons/com.example.agent.plist", mode: 0o100644, body: daemonPlist("com.example.agent", "/opt/example/bin/agent")},
		{path: "./opt", mode: 0o040755}, {path: "./opt/example", mode: 0o040755},
		{path: "./opt/example/bin", mode: 0o040755},
		{path: "./opt/example/bin/agent", mode: 0o100755, body: program},
		{path: app, mode: 0o040755}, {path: app + "/Contents", mode: 0o040755},
		{path: app + "/Contents/Info.plist", mode: 0o100644, body: infoPlist},
		{path: app + "/Contents/MacOS", mode: 0o040755},
		{path: app + "/Contents/MacOS/Example", mode: 0o100755, body: program},
		{path: "./opt/example/current", mode: 0o120755, body: "bin/agent"},
		{path: "./opt/example/empty", mode: 0o100644},
		{path: "./opt/example/Grüße 漢字", mode: 0o100644, body: "unicode"},
	}
	f.scripts = []node{
		{path: ".", mode: 0o040755, uid: 501, gid: 20}, // Apple leaves the builder's
		{path: "./postinstall", mode: 0o100755, uid: 501, gid: 20, body: "#!/bin/sh\nexit 0\n"},
	}
	f.packageInfo = fmt.Sprintf(packageInfoXML, len(f.nodes))
	f.distribution = distributionXML
	return f
}

func edited(raw []byte, edit func([]byte) []byte) []byte {
	if edit == nil {
		return raw
	}
	return edit(raw)
}

func odc(nodes []node) []byte {
	var out bytes.Buffer
	record := func(ino int, n node) {
		fmt.Fprintf(&out, "070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o%s\x00%s", 0, ino, n.mode, n.uid, n.gid, 1, 0, int64(mtime), len(n.path)+1, len(n.body), n.path, n.body)
	}
	for i, n := range nodes {
		record(i, n)
	}
	record(len(nodes), node{path: "TRAILER!!!"})
	out.Write(make([]byte, (512-out.Len()%512)%512))
	return out.Bytes()
}

func gzipped(raw []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.OS = 3
	_, _ = w.Write(raw)
	_ = w.Close()
	return out.Bytes()
}

func deflated(raw []byte) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestCompression)
	_, _ = w.Write(raw)
	_ = w.Close()
	return out.Bytes()
}

func (f *fixture) entries() []*entry {
	payload := edited(gzipped(edited(odc(f.nodes), f.editCpio)), f.editGzip)
	bomNodes := f.bomNodes
	if bomNodes == nil {
		bomNodes = f.nodes
	}
	out := []*entry{
		{name: "Bom", encoding: "application/x-gzip", raw: edited(makeBom(bomNodes, f.bom), f.editBom)},
		{name: "Payload", encoding: f.payloadAs, raw: payload},
	}
	if f.scripts != nil {
		out = append(out, &entry{name: "Scripts", encoding: "application/octet-stream", raw: gzipped(odc(f.scripts))})
	}
	out = append(out, &entry{name: "PackageInfo", encoding: "application/x-gzip", raw: []byte(f.packageInfo)})
	if !f.bare {
		out = append(out, &entry{name: "Distribution", encoding: "application/x-gzip", raw: []byte(f.distribution)})
	}
	return out
}

// build lays the package out as productbuild does: Distribution first in the
// table of contents and last in the heap, the component's folder with times.
func (f *fixture) build(t testing.TB) []byte {
	t.Helper()
	entries, heap := f.entries(), make([]byte, f.hash.Size())
	var signed string
	if f.signatures != nil {
		rsa, cms := f.signatures(make([]byte, f.hash.Size()), f.hash)
		signed = f.signatureXML(len(heap), len(rsa), len(cms))
		heap = append(heap, make([]byte, len(rsa)+len(cms))...)
	}
	for _, e := range entries {
		if e.stored = e.raw; e.encoding == "application/x-gzip" {
			e.stored = deflated(e.raw)
		}
		e.offset = len(heap)
		heap = append(heap, e.stored...)
	}
	toc := edited([]byte(f.toc(entries, signed)), f.editTOC)
	packed := edited(deflated(toc), f.editPacked)
	sum := f.hash.New()
	sum.Write(packed)
	digest := sum.Sum(nil)
	copy(heap, digest)
	if f.signatures != nil {
		rsa, cms := f.signatures(digest, f.hash)
		copy(heap[len(digest):], slices.Concat(rsa, cms))
	}
	header := edited(f.header(len(packed), len(toc)), f.editHeader)
	return edited(slices.Concat(header, packed, heap, f.tail), f.editFile)
}

func run(t testing.TB, raw []byte) verify.Report {
	t.Helper()
	return verify.Verify(bytes.NewReader(raw), int64(len(raw)), verify.Config{Now: clock})
}

func text(t testing.TB, report verify.Report) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, report.WriteText(&out))
	return out.String()
}
