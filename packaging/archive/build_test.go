package archive_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// member is one entry of a test archive: a regular file unless mode says
// otherwise.
type member struct {
	name string
	mode int
	body string
}

const (
	dir  = 0o040755
	file = 0o100644
	prog = 0o100755
	link = 0o120755
)

const infoXML = `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>%s</string>
<key>CFBundleShortVersionString</key><string>2.5.6</string>
<key>CFBundleVersion</key><string>4805</string>
<key>CFBundleExecutable</key><string>Dialog</string>
<key>LSMinimumSystemVersion</key><string>%s</string>
</dict></plist>`

func info(id, min string) string { return fmt.Sprintf(infoXML, id, min) }

// dialogApp is a small swiftDialog below the given folder.
func dialogApp(at string) []member {
	return []member{
		{at, dir, ""},
		{at + "/Contents", dir, ""},
		{at + "/Contents/Info.plist", file, info("au.csiro.dialog", "12.0")},
		{at + "/Contents/MacOS", dir, ""},
		{at + "/Contents/MacOS/Dialog", prog, "\xca\xfe\xba\xbe program"},
		{at + "/Contents/Resources", dir, ""},
		{at + "/Contents/Resources/Grüße.txt", 0o100666, "hello"},
		{at + "/Contents/Resources/current", link, "Grüße.txt"},
	}
}

// officialPayload is laid out like the payload of swiftDialog's release.
func officialPayload() []member {
	members := []member{{".", dir, ""}, {"./Library", dir, ""}, {"./Library/Application Support", dir, ""}, {"./Library/Application Support/Dialog", dir, ""}}
	members = append(members, dialogApp("./Library/Application Support/Dialog/Dialog.app")...)
	return append(members, member{"./usr", dir, ""}, member{"./usr/local", dir, ""}, member{"./usr/local/bin", dir, ""},
		member{"./usr/local/bin/dialog", link, "/Library/Application Support/Dialog/Dialog.app/Contents/MacOS/Dialog"})
}

func odcRecord(ino int, m member) string {
	return fmt.Sprintf("070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o%s\x00%s",
		0, ino, m.mode, 0, 0, 1, 0, 0, len(m.name)+1, len(m.body), m.name, m.body)
}

func odc(members []member) []byte {
	var out bytes.Buffer
	for i, m := range append(members[:len(members):len(members)], member{"TRAILER!!!", 0, ""}) {
		out.WriteString(odcRecord(i, m))
	}
	out.Write(make([]byte, (512-out.Len()%512)%512))
	return out.Bytes()
}

func gzipped(t testing.TB, raw []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(raw)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func deflated(t testing.TB, raw []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, err := w.Write(raw)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

// flatPackage wraps a Payload as a component within a product archive.
func flatPackage(t testing.TB, payload []byte) []byte {
	t.Helper()
	return xarOf(t, fmt.Sprintf(`<file id="1"><type>directory</type><name>dialog.pkg</name>
<file id="2"><data><length>%d</length><offset>20</offset><size>%d</size><encoding style="application/octet-stream"/>
<extracted-checksum style="sha1">%x</extracted-checksum><archived-checksum style="sha1">%x</archived-checksum></data>
<type>file</type><name>Payload</name><name>Payload</name></file></file>`,
		len(payload), len(payload), sha1.Sum(payload), sha1.Sum(payload)), payload)
}

func xarOf(t testing.TB, files string, heap []byte) []byte {
	t.Helper()
	toc := []byte(`<?xml version="1.0" encoding="UTF-8"?><xar><toc><checksum style="sha1"><offset>0</offset><size>20</size></checksum>` + files + `</toc></xar>`)
	packed := deflated(t, toc)
	out := []byte("xar!")
	out = binary.BigEndian.AppendUint16(out, 28)
	out = binary.BigEndian.AppendUint16(out, 1)
	out = binary.BigEndian.AppendUint64(out, uint64(len(packed)))
	out = binary.BigEndian.AppendUint64(out, uint64(len(toc)))
	out = binary.BigEndian.AppendUint32(out, 1)
	out = append(out, packed...)
	sum := sha1.Sum(packed)
	return append(append(out, sum[:]...), heap...)
}

func tarGz(t testing.TB, members []member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: int64(m.mode & 0o7777)}
		switch m.mode & 0o170000 {
		case 0o040000:
			h.Typeflag = tar.TypeDir
		case 0o120000:
			h.Typeflag, h.Linkname = tar.TypeSymlink, m.body
		default:
			h.Typeflag, h.Size = tar.TypeReg, int64(len(m.body))
		}
		require.NoError(t, w.WriteHeader(h))
		if h.Typeflag == tar.TypeReg {
			_, err := io.WriteString(w, m.body)
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	return gzipped(t, out.Bytes())
}

// onDisk unpacks members into a fresh folder.
func onDisk(t testing.TB, members []member) string {
	t.Helper()
	root := t.TempDir()
	for _, m := range members {
		name := filepath.Join(root, m.name)
		switch m.mode & 0o170000 {
		case 0o040000:
			require.NoError(t, os.MkdirAll(name, 0o755))
		case 0o120000:
			require.NoError(t, os.Symlink(m.body, name))
		default:
			require.NoError(t, os.WriteFile(name, []byte(m.body), os.FileMode(m.mode&0o777)))
		}
	}
	return root
}

func saved(t testing.TB, raw []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "swiftDialog")
	require.NoError(t, os.WriteFile(name, raw, 0o600))
	return name
}

func replaced(members []member, name string, with member) []member {
	out := append([]member(nil), members...)
	for i := range out {
		if out[i].name == name {
			out[i] = with
		}
	}
	return out
}
