package verify_test

import (
	"bytes"
	"crypto"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/verify"
)

// maxAllocated is what reading one package may allocate in all, however the
// garbage collector is doing: far above a real one's need, far below what a
// small file could stand for.
const maxAllocated = 768 << 20

// readBounded verifies a package, which must end without a panic and without
// taking memory that the bytes only claim to need.
func readBounded(t testing.TB, raw []byte) verify.Report {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report := run(t, raw)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(maxAllocated))
	return report
}

func FuzzPackage(f *testing.F) {
	for _, change := range []func(*fixture){
		func(*fixture) {},
		func(x *fixture) { x.hash = crypto.SHA256 },
		func(x *fixture) { x.bare, x.scripts = true, nil },
		func(x *fixture) { x.signatures, x.certificates = noSignatures, [][]byte{{1}} },
	} {
		x := newFixture()
		change(x)
		f.Add(x.build(f))
	}
	f.Add([]byte("xar!"))
	f.Fuzz(func(t *testing.T, raw []byte) { readBounded(t, raw) })
}

func noSignatures(digest []byte, _ crypto.Hash) (rsa, cms []byte) { return digest, digest }

// layers are the places where bytes of any kind can be put into a package that
// is sound otherwise, so that what reads them is reached.
var layers = []struct {
	name string
	seed func(*fixture) []byte
	put  func(*fixture, []byte)
}{
	{"contents", func(f *fixture) []byte { return []byte(f.toc(f.entries(), "")) }, func(f *fixture, b []byte) { f.editTOC = instead(b) }},
	{"Bom", func(f *fixture) []byte { f.bom.small = true; return makeBom(f.nodes, f.bom) }, func(f *fixture, b []byte) { f.editBom = instead(b) }},
	{"Payload", func(f *fixture) []byte { return gzipped(odc(f.nodes[:4])) }, func(f *fixture, b []byte) { f.editGzip = instead(b) }},
	{"cpio", func(f *fixture) []byte { return odc(f.nodes[:4]) }, func(f *fixture, b []byte) { f.editCpio = instead(b) }},
	{"PackageInfo", func(f *fixture) []byte { return []byte(f.packageInfo) }, func(f *fixture, b []byte) { f.packageInfo = string(b) }},
	{"Distribution", func(f *fixture) []byte { return []byte(f.distribution) }, func(f *fixture, b []byte) { f.distribution = string(b) }},
	{"program", func(f *fixture) []byte { return thin(arm, true) }, func(f *fixture, b []byte) { f.nodes[7].body = string(b) }},
	{"universal", func(f *fixture) []byte { return universal()[:200] }, func(f *fixture, b []byte) { f.nodes[7].body = string(b) }},
	{"Info.plist", func(*fixture) []byte { return []byte(infoPlist) }, func(f *fixture, b []byte) { f.nodes[10].body = string(b) }},
	{"job", func(f *fixture) []byte { return []byte(f.nodes[3].body) }, func(f *fixture, b []byte) { f.nodes[3].body = string(b) }},
	{"script", func(f *fixture) []byte { return []byte(f.scripts[1].body) }, func(f *fixture, b []byte) { f.scripts[1].body = string(b) }},
	{"CMS", func(*fixture) []byte {
		return []byte{0x30, 0x80, 6, 1, 42, 0xa0, 0x80, 0x24, 0x80, 4, 1, 7, 0, 0, 0, 0, 0, 0}
	}, func(f *fixture, b []byte) {
		f.signatures = func(digest []byte, _ crypto.Hash) (rsa, cms []byte) { return digest, b }
	}},
	{"certificate", func(*fixture) []byte { return []byte{0x30, 3, 2, 1, 1} }, func(f *fixture, b []byte) { f.signatures, f.certificates = noSignatures, [][]byte{b} }},
	{"tail", func(*fixture) []byte { return []byte("t8lr\x01\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00") }, func(f *fixture, b []byte) { f.tail = b }},
}

func instead(b []byte) func([]byte) []byte {
	return func([]byte) []byte { return bytes.Clone(b) }
}

func FuzzLayer(f *testing.F) {
	for i, layer := range layers {
		f.Add(byte(i), layer.seed(newFixture()))
	}
	f.Fuzz(func(t *testing.T, which byte, raw []byte) {
		x := newFixture()
		layers[int(which)%len(layers)].put(x, raw)
		readBounded(t, x.build(t))
	})
}

// A signature that openssl made, bent in every byte the fuzzer likes.
func FuzzCMS(f *testing.F) {
	id := newIdentity(f, now.AddDate(1, 0, 0))
	digest := make([]byte, 20)
	_, sound := opensslSigner(f, id)(digest, crypto.SHA1)
	f.Add(bytes.TrimRight(sound, "\x00"))
	f.Fuzz(func(t *testing.T, cms []byte) {
		x := newFixture()
		x.certificates = id.raw()
		x.signatures = func(digest []byte, _ crypto.Hash) ([]byte, []byte) { return digest, cms }
		readBounded(t, x.build(t))
	})
}
