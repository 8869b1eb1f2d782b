package verify_test

import (
	"bytes"
	"crypto"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/verify"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

func TestAcceptsACleanPackage(t *testing.T) {
	report := run(t, newFixture().build(t))
	require.True(t, report.OK(), text(t, report))
	require.NoError(t, report.Err())
	require.Zero(t, report.Count(verify.Warn), text(t, report))
	for _, line := range []string{
		"xar header", "heap               base.pkg/Payload", "agrees with the Payload on every path", "16 members, parents first",
		"daemon com.example.agent starts /opt/example/bin/agent", "arm64, signed as com.example ad hoc, 3 pages match", "runs by /bin/sh",
		"not signed", "sound: ",
	} {
		require.Contains(t, text(t, report), line)
	}
}

func TestAcceptsWhatApplesToolsMake(t *testing.T) {
	replaceTOC := func(old, with string) func([]byte) []byte {
		return func(raw []byte) []byte { return []byte(strings.ReplaceAll(string(raw), old, with)) }
	}
	ticket := append(append([]byte("t8lr\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "a ticket"...), "t8lr\x01\x00\x02\x00\x08\x00\x00\x00\x00\x00\x00\x00"...)
	for name, c := range map[string]struct {
		change func(*fixture)
		says   string
	}{
		"SHA-256 digests":         {func(f *fixture) { f.hash = crypto.SHA256 }, "version 1, SHA-256"},
		"SHA-512 digests":         {func(f *fixture) { f.hash = crypto.SHA512 }, "version 1, SHA-512"},
		"a tail of old xar":       {func(f *fixture) { f.tail = []byte(strings.Repeat("garbage", 500)) }, "3500 bytes follow the heap"},
		"a stapled ticket":        {func(f *fixture) { f.tail = ticket }, "a stapled notarization ticket of 8 bytes"},
		"a ticket behind a tail":  {func(f *fixture) { f.tail = append([]byte("garbage"), ticket...) }, "a stapled notarization ticket of 8 bytes"},
		"HLIndex of macOS 26":     {func(f *fixture) { f.bom.hardLinks = true }, "HLIndex has 16 entries"},
		"HLIndex over two leaves": {func(f *fixture) { f.bom.hardLinks = true; many(f, 600) }, "HLIndex has 616 entries"},
		"Bom records of 2011":     {func(f *fixture) { f.bom.old = true }, "agrees with the Payload"},
		"Bom records of bomutils": {func(f *fixture) { f.bom.bomutils = true }, "as bomutils writes them"},
		"Bom with architectures":  {func(f *fixture) { f.nodes[7].arch = true }, "agrees with the Payload"},
		"Bom of the least":        {func(f *fixture) { f.bom.small = true }, "lacks the variable Size64"},
		"510 paths":               {func(f *fixture) { many(f, 510-16) }, "510 paths in strict order"},
		"511 paths":               {func(f *fixture) { many(f, 511-16) }, "511 paths in strict order"},
		"1,020 paths":             {func(f *fixture) { many(f, 1020-16) }, "1020 paths in strict order"},
		"1,021 paths":             {func(f *fixture) { many(f, 1021-16) }, "1021 paths in strict order"},
		"3,000 paths":             {func(f *fixture) { many(f, 3000-16) }, "3000 paths in strict order"},
		"productsign's doubled name": {func(f *fixture) {
			f.editTOC = replaceTOC("<name>Payload</name>", "<name>Payload</name><name>Payload</name>")
		}, "named twice, as productsign does"},
		"a name in base64": {func(f *fixture) {
			f.editTOC = replaceTOC("<name>Payload</name>", `<name enctype="base64">UGF5bG9hZA==</name>`)
		}, "base.pkg/Payload"},
		"the legacy checksum element": {func(f *fixture) { f.editTOC = replaceTOC("extracted-checksum", "unarchived-checksum") }, "both checksums match"},
		"a Payload in zlib":           {func(f *fixture) { f.payloadAs = "application/x-gzip" }, "agrees with the Payload"},
		"root left out of the count":  {func(f *fixture) { f.packageInfo = fmt.Sprintf(packageInfoXML, 15) }, "as pkgbuild --component does"},
		"root with mode 0 in the Bom": {func(f *fixture) { f.bomNodes = append([]node{{path: ".", mode: 0}}, f.nodes[1:]...) }, "agrees with the Payload"},
		"a byte order mark":           {func(f *fixture) { f.distribution = "\xef\xbb\xbf" + f.distribution }, "1 components, every reference resolves"},
		"no XML declaration":          {func(f *fixture) { f.packageInfo = f.packageInfo[strings.Index(f.packageInfo, "<pkg-info"):] }, "agrees with the Payload"},
		"a style sheet": {func(f *fixture) {
			f.distribution = strings.Replace(f.distribution, "<installer", "<?xml-stylesheet href='x'?><!-- a comment --><installer", 1)
		}, "1 components, every reference resolves"},
		"a component package": {func(f *fixture) { f.bare = true }, "a component package without a Distribution"},
		"names as GNU cpio":   {func(f *fixture) { f.editCpio = gnuNames(f) }, "names lack the leading ./"},
		"pbzx": {func(f *fixture) {
			f.editGzip = func([]byte) []byte { return []byte("pbzx\x00\x00\x00\x00\x01\x00\x00\x00") }
		}, "is pbzx, which is not unpacked here"},
		"not compressed":   {func(f *fixture) { f.editGzip = func([]byte) []byte { return odc(f.nodes) } }, "is not compressed"},
		"program of macOS": {func(f *fixture) { f.nodes[3].body = daemonPlist("com.example.agent", "/usr/bin/caffeinate") }, "starts /usr/bin/caffeinate"},
		"no scripts": {func(f *fixture) {
			f.scripts = nil
			f.packageInfo = strings.ReplaceAll(f.packageInfo, `<postinstall file="./postinstall"/>`, "")
		}, "agrees with the Payload"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture()
			c.change(f)
			report := run(t, f.build(t))
			require.True(t, report.OK(), text(t, report))
			require.Contains(t, text(t, report), c.says)
		})
	}
}

// many adds n files.
func many(f *fixture, n int) {
	for i := range n {
		f.nodes = append(f.nodes, node{path: fmt.Sprintf("./opt/example/file %05d", i), mode: 0o100644, body: fmt.Sprint(i)})
	}
	f.packageInfo = fmt.Sprintf(packageInfoXML, len(f.nodes))
}

// gnuNames rewrites the archive with the names GNU cpio would leave.
func gnuNames(f *fixture) func([]byte) []byte {
	return func([]byte) []byte {
		plain := append([]node(nil), f.nodes...)
		for i := range plain {
			plain[i].path = strings.TrimPrefix(plain[i].path, "./")
		}
		return odc(plain)
	}
}

// libarchive writes xar in its own way: all the optional elements, every file
// compressed, and a tail. What matters is the same.
func TestAcceptsLibarchivesXar(t *testing.T) {
	for name, options := range map[string]string{"compressed": "xar:compression=gzip", "stored": "xar:compression=none"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "base.pkg"), 0o755))
			for _, e := range newFixture().entries() {
				to := filepath.Join(dir, "base.pkg", e.name)
				if e.name == "Distribution" {
					to = filepath.Join(dir, e.name)
				}
				require.NoError(t, os.WriteFile(to, e.raw, 0o600))
			}
			out := filepath.Join(dir, "out.pkg")
			text, err := exec.Command("bsdtar", "--format=xar", "--options", options, "-C", dir, "-cf", out, "Distribution", "base.pkg").CombinedOutput()
			require.NoError(t, err, "%s", text)
			raw, err := os.ReadFile(out)
			require.NoError(t, err)
			report := run(t, raw)
			require.True(t, report.OK(), report)
			require.Zero(t, report.Count(verify.Warn), report)
		})
	}
}

func TestJSON(t *testing.T) {
	raw, err := json.Marshal(run(t, newFixture().build(t)))
	require.NoError(t, err)
	var out struct {
		OK       bool
		Findings []verify.Finding
	}
	require.NoError(t, json.Unmarshal(raw, &out))
	require.True(t, out.OK)
	require.Equal(t, verify.LayerHeader, out.Findings[0].Layer)
	raw, err = json.Marshal(verify.Report{})
	require.NoError(t, err)
	require.JSONEq(t, `{"ok":true,"findings":[]}`, string(raw))
}

// What a Bom's record holds beyond what is compared is said, and no more: what
// Apple will put there one day is not known.
func TestUnknownFieldsOfABomRecordAreNoted(t *testing.T) {
	for name, at := range map[string]int{"version": 1, "the one before the checksum": 22, "tail": 34} {
		f := newFixture()
		f.editBom = func(raw []byte) []byte {
			record := bytes.Index(raw, []byte{0x01, 0x01, 0x00, 0x0f, 0x81, 0xed})
			raw[record+at] |= 4
			return raw
		}
		report := run(t, f.build(t))
		require.True(t, report.OK(), text(t, report))
		require.Contains(t, text(t, report), "in fields that Apple's tools leave alone", name)
	}
}
