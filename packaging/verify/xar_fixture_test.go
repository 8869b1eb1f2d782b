package verify_test

import (
	"crypto"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// entry is one file of the xar.
type entry struct {
	name, encoding string
	raw, stored    []byte
	offset         int
}

func (f *fixture) header(packed, unpacked int) []byte {
	out := append([]byte("xar!"), 0, 28, 0, 1)
	out = binary.BigEndian.AppendUint64(out, uint64(packed))
	out = binary.BigEndian.AppendUint64(out, uint64(unpacked))
	return binary.BigEndian.AppendUint32(out, map[crypto.Hash]uint32{crypto.SHA1: 1, crypto.SHA256: 3, crypto.SHA512: 4}[f.hash])
}

func style(hash crypto.Hash) string {
	return strings.ToLower(strings.ReplaceAll(hash.String(), "-", ""))
}

func (f *fixture) toc(entries []*entry, signed string) string {
	var component, top strings.Builder
	for i, e := range entries {
		to := &component
		if e.name == "Distribution" || f.bare {
			to = &top
		}
		to.WriteString(f.fileXML(i+2, e))
	}
	if !f.bare {
		fmt.Fprintf(&top, "<file id=\"1\">\n   <ctime>1970-01-01T00:00:00Z</ctime><group>wheel</group><user>root</user><uid>0</uid><gid>0</gid><mode>0700</mode>"+
			"\n   <FinderCreateTime><time>1904-01-01T00:00:00</time><nanoseconds>140350</nanoseconds></FinderCreateTime><type>directory</type>\n   <name>base.pkg</name>%s</file>", component.String())
	}
	return fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xar>\n <toc>\n  <creation-time>2026-11-24T12:00:00</creation-time>\n"+
		"  <checksum style=\"%s\"><offset>0</offset><size>%d</size></checksum>\n%s  %s\n </toc>\n</xar>\n", style(f.hash), f.hash.Size(), signed, top.String())
}

func (f *fixture) fileXML(id int, e *entry) string {
	sum := func(raw []byte) []byte {
		h := f.hash.New()
		h.Write(raw)
		return h.Sum(nil)
	}
	name := "<name>" + e.name + "</name>"
	return fmt.Sprintf("<file id=\"%d\">\n<data><length>%d</length><offset>%d</offset><size>%d</size><encoding style=\"%s\"/>"+
		"<extracted-checksum style=\"%s\">%x</extracted-checksum><archived-checksum style=\"%s\">%x</archived-checksum></data><type>file</type>%s</file>",
		id, len(e.stored), e.offset, len(e.raw), e.encoding, style(f.hash), sum(e.raw), style(f.hash), sum(e.stored), name)
}

func (f *fixture) signatureXML(at, rsa, cms int) string {
	var certs strings.Builder
	for _, cert := range f.certificates {
		text := base64.StdEncoding.EncodeToString(cert)
		certs.WriteString("<X509Certificate>")
		for line := range slices.Chunk([]byte(text), 72) {
			certs.Write(append(line[:len(line):len(line)], '\n'))
		}
		certs.WriteString("</X509Certificate>")
	}
	key := `<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>` + certs.String() + `</X509Data></KeyInfo>`
	return fmt.Sprintf(`<signature style="RSA"><offset>%d</offset><size>%d</size>%s</signature><x-signature style="CMS"><offset>%d</offset><size>%d</size>%s</x-signature>`,
		at, rsa, key, at+rsa, cms, key)
}
