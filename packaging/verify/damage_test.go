package verify_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"fleetmigrate/packaging/verify"
)

// Every kind of damage is done to one layer of a sound package, with all outer
// layers made to fit, and must be refused by that layer.
func TestRefusesDamage(t *testing.T) {
	for _, table := range []map[string]damage{archiveDamage(), descriptionDamage(), bomDamage(), payloadDamage()} {
		for name, d := range table {
			t.Run(name, func(t *testing.T) {
				f := newFixture()
				d.make(f)
				requireRefused(t, f.build(t), d.layer, d.says)
			})
		}
	}
}

// damage is one kind, and how it must be told.
type damage struct {
	make  func(*fixture)
	layer verify.Layer
	says  string
}

func archiveDamage() map[string]damage {
	return map[string]damage{
		"cut short in the header":  {cutFile(10), verify.LayerHeader, "the file has 10 bytes"},
		"another magic number":     {headerByte(0, 'X'), verify.LayerHeader, "not a flat package"},
		"header of another size":   {headerByte(5, 32), verify.LayerHeader, "claims a header of 32 bytes"},
		"MD5 digests":              {headerByte(27, 2), verify.LayerHeader, "digest algorithm 2, which a Mac refuses"},
		"unpacked length off by 1": {func(f *fixture) { f.editHeader = func(h []byte) []byte { h[23]++; return h } }, verify.LayerTOC, "the header says"},
		"contents changed":         {func(f *fixture) { f.editPacked = flip(40) }, verify.LayerTOC, "unpacking it"},
		"digest of the contents":   {func(f *fixture) { f.editFile = flipAtHeap }, verify.LayerTOC, "the heap says"},
		"cut short in the heap":    {func(f *fixture) { f.editFile = func(raw []byte) []byte { return raw[:len(raw)-1] } }, verify.LayerTOC, "of a heap of"},
		"two files over another":   {func(f *fixture) { f.editTOC = shiftOffset }, verify.LayerHeap, "lies over"},
		"Payload changed":          {func(f *fixture) { f.editFile = flipFromEnd(700) }, verify.LayerHeap, "archived-checksum"},
		"no extracted-checksum": {func(f *fixture) {
			f.editTOC = func(toc []byte) []byte {
				from, to := bytes.Index(toc, []byte("<extracted-")), bytes.Index(toc, []byte("<archived-"))
				return slices.Delete(toc, from, to)
			}
		}, verify.LayerTOC, "no extracted-checksum, which Apple's library refuses"},
		"names equal but for case":    {func(f *fixture) { f.editTOC = swap("<name>Payload</name>", "<name>bom</name>") }, verify.LayerTOC, "are the same name"},
		"name leads out":              {func(f *fixture) { f.editTOC = swap("<name>Payload</name>", "<name>../Payload</name>") }, verify.LayerTOC, "unsafe name"},
		"staple of a wrong length":    {func(f *fixture) { f.tail = []byte("t8lr\x01\x00\x02\x00\xff\xff\x00\x00\x00\x00\x00\x00") }, verify.LayerTail, "where there are 0"},
		"compressed as no package is": {func(f *fixture) { f.editTOC = swap("application/octet-stream", "application/x-bzip2") }, verify.LayerHeap, "cannot be checked"},
		"size off by one":             {func(f *fixture) { f.editTOC = swap("<size>642", "<size>643") }, verify.LayerHeap, "its size says 643"},
		"two ids the same":            {func(f *fixture) { f.editTOC = swap(`<file id="3">`, `<file id="2">`) }, verify.LayerTOC, `the id "2" is`},
		"two contents":                {func(f *fixture) { f.editTOC = swap("</toc>", "</toc><toc></toc>") }, verify.LayerTOC, "2 <toc> elements"},
		"contents are no XML":         {func(f *fixture) { f.editTOC = swap("</toc>", "</tok>") }, verify.LayerTOC, "not the XML it should be"},
		"bytes behind the XML":        {func(f *fixture) { f.editTOC = swap("</xar>", "</xar><xar/>") }, verify.LayerTOC, "something follows the document's end"},
		"bytes behind the contents":   {func(f *fixture) { f.editPacked = func(raw []byte) []byte { return append(raw, 0) } }, verify.LayerTOC, "1 bytes follow the zlib stream"},
		"checksum of another style":   {func(f *fixture) { f.editTOC = swap(`<checksum style="sha1">`, `<checksum style="sha256">`) }, verify.LayerTOC, "the header says SHA-1"},
		"no checksum": {func(f *fixture) {
			f.editTOC = swap(`<checksum style="sha1">`, `<checksum style="sha1"></checksum><checksum style="sha1">`)
		}, verify.LayerTOC, "no single, complete <checksum>"},
		"file and folder":   {func(f *fixture) { f.editTOC = swap("<type>file</type>", "<type>directory</type>") }, verify.LayerTOC, "is a directory with data"},
		"file of two types": {func(f *fixture) { f.editTOC = swap("<type>file</type>", "<type>file</type><type>symlink</type>") }, verify.LayerTOC, "has 2 types"},
		"digest of no length": {func(f *fixture) {
			f.editTOC = swap(`<extracted-checksum style="sha1">`, `<extracted-checksum style="sha1">00`)
		}, verify.LayerTOC, "which is none"},
		"Distribution missing": {func(f *fixture) { f.editTOC = swap("<name>Distribution</name>", "<name>Other</name>") }, verify.LayerDistribution, "neither a Distribution nor a PackageInfo"},
		"Bom missing":          {func(f *fixture) { f.editTOC = swap("<name>Bom</name>", "<name>Other</name>") }, verify.LayerBom, "a Payload but no Bom"},
		"Payload missing":      {func(f *fixture) { f.editTOC = swap("<name>Payload</name>", "<name>Other</name>") }, verify.LayerBom, "a Bom but no Payload"},
	}
}

func script(name, body string) node { return node{path: name, mode: 0o100755, body: body} }

func flip(at int) func([]byte) []byte {
	return func(raw []byte) []byte { raw[at] ^= 1; return raw }
}

func flipFromEnd(n int) func([]byte) []byte {
	return func(raw []byte) []byte { raw[len(raw)-n] ^= 1; return raw }
}

// flipAtHeap changes the digest that heads the heap.
func flipAtHeap(raw []byte) []byte {
	return flip(28 + int(binary.BigEndian.Uint64(raw[8:])))(raw)
}

func cutFile(n int) func(*fixture) {
	return func(f *fixture) { f.editFile = func(raw []byte) []byte { return raw[:n] } }
}

func headerByte(at int, value byte) func(*fixture) {
	return func(f *fixture) { f.editHeader = func(h []byte) []byte { h[at] = value; return h } }
}

// shiftOffset puts the second file one byte into the first.
func shiftOffset(toc []byte) []byte {
	const first, open, end = "<offset>20</offset>", "<offset>", "</offset>"
	at := bytes.Index(toc, []byte(first)) + len(first)
	from := at + bytes.Index(toc[at:], []byte(open)) + len(open)
	to := from + bytes.Index(toc[from:], []byte(end))
	return slices.Replace(toc, from, to, []byte("21")...)
}

func bomWord(at int, value uint32) func([]byte) []byte {
	return func(raw []byte) []byte { binary.BigEndian.PutUint32(raw[at:], value); return raw }
}

// noFreeList ends the index with its last block.
func noFreeList(raw []byte) []byte {
	index := binary.BigEndian.Uint32(raw[16:])
	blocks := binary.BigEndian.Uint32(raw[index:])
	return bomWord(20, 4+8*blocks)(raw)
}

// changeBom lets the Bom say something else of the last path.
func changeBom(change func(*node)) func(*fixture) {
	return func(f *fixture) {
		f.bomNodes = slices.Clone(f.nodes)
		change(&f.bomNodes[len(f.nodes)-1])
	}
}
