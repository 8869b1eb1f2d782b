package archive_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/archive"
)

const inApp = "./Library/Application Support/Dialog/Dialog.app"

// edit returns a copy of raw with the bytes at a place replaced.
func edit(raw []byte, at int, with string) []byte {
	out := append([]byte(nil), raw...)
	copy(out[at:], with)
	return out
}

func pkgWith(t *testing.T, extra ...member) []byte {
	t.Helper()
	return flatPackage(t, gzipped(t, odc(append(officialPayload(), extra...))))
}

func TestOpenRefuses(t *testing.T) {
	good := pkgWith(t)
	plain := flatPackage(t, odc(officialPayload()))
	gz := gzipped(t, odc(officialPayload()))
	plainCpio := func(change func(string) string) []byte {
		return flatPackage(t, []byte(change(string(odc(officialPayload())))))
	}
	at := func(suffix string) string { return inApp + "/Contents/" + suffix }
	cases := map[string]struct {
		raw   []byte
		layer archive.Layer
		says  string
	}{
		"empty file":                {nil, archive.LayerFile, "neither a package nor a gzipped tar"},
		"zip":                       {[]byte("PK\x03\x04 and so on"), archive.LayerFile, "a zip archive: unpack it"},
		"web page":                  {[]byte("<!DOCTYPE html>"), archive.LayerFile, "a web page"},
		"disk image":                {append(make([]byte, 1024), edit(make([]byte, 512), 0, "koly")...), archive.LayerFile, "a disk image: open it"},
		"header cut short":          {good[:20], archive.LayerHeader, "shorter than a xar header"},
		"header of four bytes":      {edit(good, 4, "\x00\x04"), archive.LayerHeader, "claims 4 bytes"},
		"absurd TOC length":         {edit(good, 8, "\x7f\xff\xff\xff\xff\xff\xff\xff"), archive.LayerHeader, "claims 9223372036854775807 bytes, packed"},
		"absurd unpacked TOC":       {edit(good, 16, "\x7f\xff\xff\xff\xff\xff\xff\xff"), archive.LayerHeader, "more than 4194304"},
		"TOC of another length":     {edit(good, 23, "\x01"), archive.LayerTOC, "does not unpack to"},
		"TOC not zlib":              {edit(good, 28, "\x00\x00"), archive.LayerTOC, "not zlib"},
		"TOC not XML":               {xarOf(t, "<file", nil), archive.LayerTOC, "not the XML"},
		"TOC range past the end":    {good[:len(good)-1], archive.LayerTOC, "claims bytes"},
		"TOC negative offset":       {xarOf(t, `<file><data><length>1</length><offset>-5</offset><size>1</size></data><name>Payload</name></file>`, nil), archive.LayerTOC, "claims bytes -5"},
		"TOC name with ..":          {xarOf(t, `<file><name>../Payload</name></file>`, nil), archive.LayerTOC, `the part ".."`},
		"no payload":                {xarOf(t, `<file><data><length>0</length><offset>0</offset><size>0</size></data><name>Bom</name></file>`, nil), archive.LayerTOC, "has no Payload"},
		"payload in bzip2 encoding": {xarOf(t, `<file><data><length>0</length><offset>0</offset><size>0</size><encoding style="application/x-bzip2"/><archived-checksum style="sha1">x</archived-checksum></data><name>Payload</name></file>`, nil), archive.LayerTOC, "application/x-bzip2, which is not read here"},
		"checksum style unknown":    {xarOf(t, `<file><data><length>0</length><offset>0</offset><size>0</size><archived-checksum style="md5">x</archived-checksum></data><name>Payload</name></file>`, nil), archive.LayerTOC, `style "md5"`},
		"payload changed":           {edit(plain, len(plain)-1, "\x01"), archive.LayerHeap, "the table of contents says"},
		"pbzx":                      {flatPackage(t, []byte("pbzx\x00\x00\x00\x00\x01\x00\x00\x00")), archive.LayerGzip, "pkgutil --expand-full"},
		"xz":                        {flatPackage(t, []byte("\xfd7zXZ\x00 and so on")), archive.LayerGzip, "Payload is xz"},
		"payload of noise":          {flatPackage(t, []byte("abcdefghijklm")), archive.LayerGzip, "does not begin like gzip"},
		"payload too short":         {flatPackage(t, []byte("abc")), archive.LayerGzip, "shorter than any archive"},
		"gzip cut short":            {flatPackage(t, gz[:len(gz)/2]), archive.LayerGzip, "broken or cut short"},
		"newc":                      {plainCpio(func(s string) string { return "070701" + s[6:] }), archive.LayerCpio, "newc"},
		"cpio magic":                {plainCpio(func(s string) string { return s[:77+len("\x00")] + "x" + s[79:] }), archive.LayerCpio, "instead of 070707"},
		"cpio field not octal":      {plainCpio(func(s string) string { return s[:20] + "9" + s[21:] }), archive.LayerCpio, "not octal"},
		"cpio without a trailer":    {plainCpio(func(s string) string { return s[:strings.LastIndex(s, "070707")] }), archive.LayerCpio, "without its trailer"},
		"cpio absurd name":          {plainCpio(func(s string) string { return s[:59] + "777777" + s[65:] }), archive.LayerCpio, "a name claims 262143 bytes"},
		"cpio name without NUL":     {plainCpio(func(s string) string { return s[:77] + "x" + s[78:] }), archive.LayerCpio, "its only NUL"},
		"cpio folder with data":     {plainCpio(func(s string) string { return s[:65] + "00000000001" + s[76:] }), archive.LayerCpio, `the folder "." claims 1 bytes`},
		"cpio absurd size":          {plainCpio(absurdSize), archive.LayerCpio, "more than the 536870912 a member may have"},
		"cpio device":               {pkgWith(t, member{"./null", 0o020666, ""}), archive.LayerCpio, "neither file, folder nor link"},
		"name with ..":              {pkgWith(t, member{"./a/../../etc/passwd", file, ""}), archive.LayerCpio, `the part ".."`},
		"absolute name":             {pkgWith(t, member{"/etc/passwd", file, ""}), archive.LayerCpio, "is absolute"},
		"absolute behind a dot":     {pkgWith(t, member{".//etc/passwd", file, ""}), archive.LayerCpio, "is absolute"},
		"name not UTF-8":            {pkgWith(t, member{"./\xff", file, ""}), archive.LayerCpio, "not UTF-8"},
		"name too long":             {tarGz(t, []member{{strings.Repeat("x", 1025), file, ""}}), archive.LayerTar, "longer than 1024"},
		"name too deep":             {pkgWith(t, member{"./" + strings.Repeat("x/", 70) + "x", file, ""}), archive.LayerCpio, "nested deeper"},
		"link out of the app":       {pkgWith(t, member{at("out"), link, "../../../../../etc"}), archive.LayerCpio, "outside the app"},
		"absolute link":             {pkgWith(t, member{at("out"), link, "/etc"}), archive.LayerCpio, "outside the app"},
		"empty link":                {pkgWith(t, member{at("out"), link, ""}), archive.LayerCpio, "no usable target"},
		"file below a link":         {pkgWith(t, member{at("in"), link, "Resources"}, member{at("in/x"), file, ""}), archive.LayerCpio, "not a folder"},
		"file twice":                {pkgWith(t, member{at("Info.plist"), file, info("au.csiro.dialog", "12.0")}), archive.LayerApp, "is in it 2 times"},
		"resource twice":            {pkgWith(t, member{at("Resources/Grüße.txt"), file, ""}), archive.LayerCpio, "in the archive twice"},
		"names equal but for case":  {pkgWith(t, member{at("resources"), dir, ""}), archive.LayerCpio, "one and the same name"},
		"names equal once composed": {pkgWith(t, member{at("Resources/Gru\u0308ße.txt"), file, ""}), archive.LayerCpio, "one and the same name"},
		"setuid":                    {pkgWith(t, member{at("root"), 0o104755, ""}), archive.LayerCpio, "setuid"},
		"tar with ..":               {tarGz(t, []member{{"../Dialog.app/x", file, ""}}), archive.LayerTar, `the part ".."`},
		"tar with absolute names":   {tarGz(t, []member{{"/Dialog.app/x", file, ""}}), archive.LayerTar, "is absolute"},
		"tar of nothing":            {tarGz(t, nil), archive.LayerApp, "holds no app"},
		"gzip of noise":             {gzipped(t, []byte(strings.Repeat("noise", 300))), archive.LayerTar, "reading a header"},
		"another app":               {tarGz(t, replaced(dialogApp("Dialog.app"), "Dialog.app/Contents/Info.plist", member{"Dialog.app/Contents/Info.plist", file, info("au.bartreardon.dialog", "11.0")})), archive.LayerApp, "Dialog.app (au.bartreardon.dialog), but no app with the bundle id au.csiro.dialog"},
		"newer macOS needed":        {tarGz(t, replaced(dialogApp("Dialog.app"), "Dialog.app/Contents/Info.plist", member{"Dialog.app/Contents/Info.plist", file, info("au.csiro.dialog", "15.0")})), archive.LayerApp, "needs macOS 15.0, but the package is for macOS 12.0"},
		"no macOS stated":           {tarGz(t, replaced(dialogApp("Dialog.app"), "Dialog.app/Contents/Info.plist", member{"Dialog.app/Contents/Info.plist", file, info("au.csiro.dialog", "")})), archive.LayerApp, "does not say which macOS"},
		"plist of noise":            {tarGz(t, replaced(dialogApp("Dialog.app"), "Dialog.app/Contents/Info.plist", member{"Dialog.app/Contents/Info.plist", file, "<<<"})), archive.LayerApp, "not a property list"},
		"program missing":           {tarGz(t, replaced(dialogApp("Dialog.app"), "Dialog.app/Contents/MacOS/Dialog", member{"Dialog.app/Contents/MacOS/other", prog, "x"})), archive.LayerApp, "missing or not executable"},
		"program not executable":    {tarGz(t, replaced(dialogApp("Dialog.app"), "Dialog.app/Contents/MacOS/Dialog", member{"Dialog.app/Contents/MacOS/Dialog", file, "x"})), archive.LayerApp, "missing or not executable"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			app, err := archive.Open(saved(t, c.raw), archive.SwiftDialog, macOS12, archive.Config{})
			require.Nil(t, app)
			var fault *archive.Error
			require.ErrorAs(t, err, &fault)
			require.Equal(t, c.layer, fault.Layer, err.Error())
			require.ErrorContains(t, err, c.says)
			require.NotEmpty(t, fault.Mend, "every refusal says what to do")
		})
	}
}

// absurdSize makes the program claim 8 GiB less one byte.
func absurdSize(s string) string {
	at := strings.Index(s, inApp+"/Contents/MacOS/Dialog\x00")
	return s[:at-11] + "77777777777" + s[at:]
}

func TestOpenRefusesPaths(t *testing.T) {
	_, err := archive.Open(filepath.Join(t.TempDir(), "missing"), archive.SwiftDialog, macOS12, archive.Config{})
	require.ErrorContains(t, err, "does not exist")
	root := onDisk(t, append(dialogApp("Dialog.app"), member{"Dialog.app/out", link, "../../secret"}))
	_, err = archive.Open(root, archive.SwiftDialog, macOS12, archive.Config{})
	require.ErrorContains(t, err, "outside the app")
	_, err = archive.Open(os.DevNull, archive.SwiftDialog, macOS12, archive.Config{})
	require.ErrorContains(t, err, "neither a file nor a folder")
}

func TestLimits(t *testing.T) {
	path := saved(t, pkgWith(t))
	for says, limits := range map[string]archive.Limits{
		"more than 3 members":       {Entries: 3},
		"more than the 4 a member":  {File: 4},
		"holds more than 100 bytes": {Total: 100},
		"bytes, more than 64":       {TOC: 64},
	} {
		_, err := archive.Open(path, archive.SwiftDialog, macOS12, archive.Config{Limits: limits})
		require.ErrorContains(t, err, says)
	}
}

// A zlib bomb behind a small claim must stop at the claim.
func TestPayloadBomb(t *testing.T) {
	packed := deflated(t, make([]byte, 1<<20))
	raw := xarOf(t, `<file><data><length>`+strconv.Itoa(len(packed))+`</length><offset>20</offset><size>10</size><encoding style="application/x-gzip"/>`+
		`<archived-checksum style="sha1">00</archived-checksum></data><name>Payload</name></file>`, packed)
	_, err := archive.Open(saved(t, raw), archive.SwiftDialog, macOS12, archive.Config{})
	require.ErrorContains(t, err, "more than its stated size")
}
