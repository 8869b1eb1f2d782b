package bom_test

import (
	"encoding/binary"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/bom"
)

var (
	epoch = time.Unix(1_700_000_000, 0)
	root  = bom.Entry{Path: ".", Mode: fs.ModeDir | 0o755}
)

func TestRefusesWhatIsNoTree(t *testing.T) {
	for name, c := range map[string]struct {
		entries []bom.Entry
		says    string
	}{
		"no root":       {[]bom.Entry{{Path: "a"}}, "the root is missing"},
		"two roots":     {[]bom.Entry{root, root}, "the root is there twice"},
		"no folder":     {[]bom.Entry{root, {Path: "a/b"}}, "a folder that is not listed"},
		"twice":         {[]bom.Entry{root, {Path: "a"}, {Path: "a"}}, "a is there twice"},
		"absolute":      {[]bom.Entry{root, {Path: "/a"}}, "not a relative path"},
		"upwards":       {[]bom.Entry{root, {Path: "../a"}}, "not a relative path"},
		"a device":      {[]bom.Entry{root, {Path: "a", Mode: fs.ModeDevice}}, "neither file, folder nor link"},
		"4 GiB":         {[]bom.Entry{root, {Path: "a", Size: 4 << 30}}, "4 GiB is the most"},
		"negative size": {[]bom.Entry{root, {Path: "a", Size: -1}}, "4 GiB is the most"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bom.Bytes(c.entries, epoch)
			require.ErrorContains(t, err, c.says)
		})
	}
	_, err := bom.Bytes([]bom.Entry{root}, time.Unix(-1, 0))
	require.ErrorContains(t, err, "before 1970")
}

// Readers of macOS abort on an index without a free list, and lsbom wants 35
// bytes of a file's record, 31 of a folder's, and a link's target with its NUL.
func TestLayoutThatApplesReadersNeed(t *testing.T) {
	raw, err := bom.Bytes([]bom.Entry{root, {Path: "f", Size: 3}, {Path: "l", Mode: fs.ModeSymlink, Link: "f"}}, epoch)
	require.NoError(t, err)
	word := func(at uint32) uint32 { return binary.BigEndian.Uint32(raw[at:]) }
	index, length := word(16), word(20)
	blocks := word(index)
	require.Equal(t, word(12)+1, blocks, "the header does not count the null block")
	require.Equal(t, 4+8*blocks+4+16, length, "a count and two empty pairs follow the table")
	require.Zero(t, word(index+4+8*blocks))
	require.Zero(t, word(index+4)|word(index+8), "block 0 is the null block")
	lengths := map[uint32]int{}
	for i := range blocks {
		lengths[word(index+8+8*i)]++
	}
	require.Equal(t, 1, lengths[31])
	require.Equal(t, 1, lengths[35])
	require.Equal(t, 1, lengths[31+2+8])
}

func TestOrderOfEntriesDoesNotMatter(t *testing.T) {
	a := []bom.Entry{root, {Path: "b"}, {Path: "a", Mode: fs.ModeDir}, {Path: "a/z"}, {Path: "a.b"}}
	b := []bom.Entry{{Path: "a.b"}, {Path: "a/z"}, root, {Path: "a", Mode: fs.ModeDir}, {Path: "b"}}
	one, err := bom.Bytes(a, epoch)
	require.NoError(t, err)
	two, err := bom.Bytes(b, epoch)
	require.NoError(t, err)
	require.Equal(t, one, two)
}

func BenchmarkBytes(b *testing.B) {
	entries := []bom.Entry{root}
	for i := range 3000 {
		entries = append(entries, bom.Entry{Path: time.Unix(int64(i), 0).UTC().Format("150405")})
	}
	for b.Loop() {
		if _, err := bom.Bytes(entries, epoch); err != nil {
			b.Fatal(err)
		}
	}
}
