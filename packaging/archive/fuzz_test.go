package archive

import (
	"bytes"
	"io"
	"testing"
)

// small keeps a fuzzed archive from being slow rather than wrong.
var small = Limits{Entries: 100, File: 1 << 16, Total: 1 << 18, TOC: 1 << 16}

func FuzzCpio(f *testing.F) {
	head := "070707" + "000000" + "000000" + "040755" + "000000" + "000000" + "000001" + "000000" + "00000000000"
	f.Add([]byte(head + "000002" + "00000000000" + ".\x00" + head + "000013" + "00000000000" + "TRAILER!!!\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		read := int64(0)
		err := walkCpio(bytes.NewReader(raw), small, func(e Entry, body io.Reader) error {
			if _, err := cleanName(LayerCpio, e.Name); err != nil {
				t.Fatalf("handed out %q: %v", e.Name, err)
			}
			n, err := io.Copy(io.Discard, body)
			read += n
			return err
		})
		if err == nil && read > int64(len(raw)) {
			t.Fatalf("%d bytes out of %d", read, len(raw))
		}
	})
}

func FuzzXar(f *testing.F) {
	f.Add([]byte("xar!\x00\x1c\x00\x01"))
	f.Add(append([]byte("xar!\x00\x1c\x00\x01\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"),
		0x78, 0x9c, 0x03, 0, 0, 0, 0, 1))
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, err := openXar(bytes.NewReader(raw), int64(len(raw)), small)
		if err != nil {
			return
		}
		for _, m := range x.members {
			if m.offset < 0 || m.length < 0 || m.offset+m.length > x.heapLen {
				t.Fatalf("member out of range: %+v", m)
			}
		}
	})
}

// FuzzTOC goes past the compression, which random bytes rarely survive.
func FuzzTOC(f *testing.F) {
	f.Add("<xar><toc><file><name>a</name><data><offset>0</offset><length>1</length></data></file></toc></xar>", int64(10))
	f.Fuzz(func(t *testing.T, text string, heap int64) {
		x := &xar{heapLen: max(heap, 0)}
		if x.parseTOC([]byte(text)) != nil {
			return
		}
		for _, m := range x.members {
			if m.offset < 0 || m.length < 0 || m.offset > x.heapLen-m.length {
				t.Fatalf("member out of range: %+v", m)
			}
		}
	})
}

func FuzzTar(f *testing.F) {
	f.Add(make([]byte, 1024))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_ = walkTar(bytes.NewReader(raw), small, func(e Entry, body io.Reader) error {
			if _, err := cleanName(LayerTar, e.Name); err != nil {
				t.Fatalf("handed out %q: %v", e.Name, err)
			}
			return nil
		})
	})
}
