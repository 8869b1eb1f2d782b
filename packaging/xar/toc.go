package xar

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
)

// tocWriter writes the XML by hand: its bytes are digested and signed, so no
// encoder whose spacing may change with a version can be used.
type tocWriter struct {
	out    bytes.Buffer
	depth  int
	offset int64 // of the next byte range in the heap
	id     int
}

func (t *tocWriter) line(format string, args ...any) {
	for range t.depth {
		t.out.WriteByte(' ')
	}
	fmt.Fprintf(&t.out, format+"\n", args...)
}

func (t *tocWriter) within(open, end string, body func()) {
	t.line("%s", open)
	t.depth++
	body()
	t.depth--
	t.line("%s", end)
}

// toc gives the table of contents. The digest heads the heap, then the
// signatures, then the files.
func (a Archive) toc(style string) []byte {
	t := &tocWriter{offset: int64(a.Hash.Size())}
	t.out.WriteString(xml.Header)
	t.within("<xar>", "</xar>", func() {
		t.within("<toc>", "</toc>", func() {
			// Unlike every other time in a xar this one has no Z.
			t.line("<creation-time>%s</creation-time>", a.Created.UTC().Format("2006-01-02T15:04:05"))
			t.within(fmt.Sprintf("<checksum style=%q>", style), "</checksum>", func() {
				t.line("<offset>0</offset>")
				t.line("<size>%d</size>", a.Hash.Size())
			})
			if s := a.Signature; s != nil {
				t.signature("signature", "RSA", s.RSASize, s.Certificates)
				t.signature("x-signature", "CMS", s.CMSSize, s.Certificates)
			}
			t.files(a, style)
		})
	})
	return t.out.Bytes()
}

// files lists the top before the folder, as productbuild does, though the
// folder's contents come first in the heap.
func (t *tocWriter) files(a Archive, style string) {
	at := t.offset
	for _, f := range a.Files {
		at += f.length
	}
	below := t.offset
	t.offset = at
	for _, f := range a.Top {
		t.file(f, style)
	}
	t.offset = below
	if len(a.Files) == 0 {
		return
	}
	t.within(t.element(), "</file>", func() {
		t.line("<name>%s</name>", escape(a.Folder))
		t.line("<type>directory</type>")
		for _, f := range a.Files {
			t.file(f, style)
		}
	})
}

func (t *tocWriter) element() string {
	t.id++
	return fmt.Sprintf(`<file id="%d">`, t.id)
}

func (t *tocWriter) file(f File, style string) {
	t.within(t.element(), "</file>", func() {
		t.line("<name>%s</name>", escape(f.Name))
		t.line("<type>file</type>")
		t.within("<data>", "</data>", func() {
			t.line(`<archived-checksum style=%q>%x</archived-checksum>`, style, f.archived)
			t.line(`<extracted-checksum style=%q>%x</extracted-checksum>`, style, f.extracted)
			t.line(`<encoding style=%q/>`, f.encoding)
			t.line("<size>%d</size>", f.size)
			t.line("<offset>%d</offset>", t.offset)
			t.line("<length>%d</length>", f.length)
		})
	})
	t.offset += f.length
}

func (t *tocWriter) signature(element, style string, size int, certificates [][]byte) {
	t.within(fmt.Sprintf("<%s style=%q>", element, style), "</"+element+">", func() {
		t.line("<offset>%d</offset>", t.offset)
		t.line("<size>%d</size>", size)
		t.within(`<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">`, "</KeyInfo>", func() {
			t.within("<X509Data>", "</X509Data>", func() {
				for _, cert := range certificates {
					t.line("<X509Certificate>%s</X509Certificate>", wrapped(cert))
				}
			})
		})
	})
	t.offset += int64(size)
}

// wrapped is base64 in lines of 72 characters, as Apple writes certificates.
func wrapped(raw []byte) string {
	text := base64.StdEncoding.EncodeToString(raw)
	var out bytes.Buffer
	for len(text) > 72 {
		out.WriteString(text[:72] + "\n")
		text = text[72:]
	}
	return out.String() + text
}

func escape(text string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(text)) // a buffer takes everything
	return out.String()
}
