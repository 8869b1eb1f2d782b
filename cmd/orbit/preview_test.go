package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
	standin "fleetmigrate/testdata/swiftdialog"
)

// orbit runs the program with arguments and an empty environment.
func orbit(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), append([]string{"orbit"}, args...), func(string) string { return "" }, &out, &errs)
	return code, out.String(), errs.String()
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestPreviewListsTheMoments(t *testing.T) {
	code, out, _ := orbit(t, "preview")
	require.Zero(t, code)
	for _, v := range prompt.Variants {
		require.Contains(t, out, string(v))
	}
}

func TestPreviewGallery(t *testing.T) {
	var logo bytes.Buffer
	require.NoError(t, png.Encode(&logo, image.NewRGBA(image.Rect(0, 0, 400, 100))))
	dir := filepath.Join(t.TempDir(), "review")
	code, out, stderr := orbit(t, "preview", "--html", dir, "--language", "de", "--org", "Müller & Söhne", "--logo", file(t, "logo.png", logo.String()),
		"--texts", file(t, "texts.json", `{"de":{"start":"Los geht’s","later":"- später"}}`))
	require.Zero(t, code, stderr)
	require.Equal(t, filepath.Join(dir, "index.html")+"\n", out)
	pages, err := filepath.Glob(filepath.Join(dir, "*.html"))
	require.NoError(t, err)
	require.Len(t, pages, len(prompt.Languages))
	index, err := os.ReadFile(filepath.Join(dir, "index.html"))
	require.NoError(t, err)
	page := string(index)
	require.Contains(t, page, `<html lang="de">`)
	require.Contains(t, page, "Müller &amp; Söhne stellt diesen Mac")
	require.Contains(t, page, "Los geht’s")
	require.Contains(t, page, "begins with a dash", "the page says what lint-text says")
	require.Contains(t, page, "data:image/png;base64,")
	require.Contains(t, page, `id="failed-timeout"`)
	require.NotContains(t, page, "<script")
	english, err := os.ReadFile(filepath.Join(dir, "en.html"))
	require.NoError(t, err)
	require.NotContains(t, string(english), "begins with a dash")
}

func TestPreviewOpensAWindow(t *testing.T) {
	built := filepath.Join(t.TempDir(), "Dialog")
	out, err := exec.Command("go", "build", "-o", built, "fleetmigrate/testdata/swiftdialog/cmd/Dialog").CombinedOutput()
	require.NoError(t, err, string(out))
	seen := t.TempDir()
	dialog, err := standin.Install(t.TempDir(), built, standin.Control{Profile: "3.1.0", Dir: seen, Ends: []standin.End{{How: "press1", After: time.Millisecond}}})
	require.NoError(t, err)
	code, said, stderr := orbit(t, "preview", "--swift-dialog", dialog, "--language", "ja", "--dark", "waiting_ade")
	require.Zero(t, code, stderr)
	require.Contains(t, said, "agreed")
	windows, err := standin.Transcripts(seen)
	require.NoError(t, err)
	require.Len(t, windows, 1)
	require.Equal(t, prompt.Texts("ja")["open_remote_management"], windows[0].Options["button1text"])
	require.Equal(t, "dark", windows[0].Options["appearance"])
}

func TestPreviewRefuses(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo") // nobody ever writes to it
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"preview", "nonsense", "--html", filepath.Join(t.TempDir(), "x")}, 2, "ade-forced"},
		{[]string{"preview", "ade", "more"}, 2, "more"},
		{[]string{"preview", "--language", "sv", "ade"}, 2, "zh-Hans"},
		{[]string{"preview", "--contact", "javascript:1", "ade"}, 1, "https, http, mailto or tel"},
		{[]string{"preview", "--logo", file(t, "logo.png", "<svg/>"), "ade"}, 1, "neither PNG, JPEG nor GIF"},
		{[]string{"preview", "--texts", "/none", "ade"}, 1, "/none"},
		{[]string{"preview", "--texts", fifo, "ade"}, 1, "not a regular file"},
		{[]string{"preview", "--logo", fifo, "ade"}, 1, "not a regular file"},
		{[]string{"preview", "--logo", "/dev/zero", "ade"}, 1, "not a regular file"},
		{[]string{"preview", "--logo", file(t, "big.png", strings.Repeat("x", 3<<20)), "ade"}, 1, "larger than 2 MiB"},
		{[]string{"preview", "--html", "", "ade"}, 2, "--html is empty"},
		{[]string{"preview", "--macos", "-3", "ade"}, 2, "--macos is -3"},
		{[]string{"preview", "--html", file(t, "taken", "")}, 1, "not a directory"},
		{[]string{"preview", "--swift-dialog", "/none", "ade"}, 1, "--html"},
	} {
		code, _, stderr := orbit(t, tt.args...)
		require.Equal(t, tt.code, code, tt.args)
		require.Contains(t, stderr, tt.says, tt.args)
	}
}

const textsProfile = `<?xml version="1.0"?><plist version="1.0"><dict><key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.fleetmigrate</string>
<key>Texts</key><dict><key>de</key><dict><key>start</key><string>START</string></dict></dict></dict></array></dict></plist>`

func TestLintText(t *testing.T) {
	code, out, _ := orbit(t, "lint-text", file(t, "ok.json", `{"de":{"start":"Los"},"fr":{"later":"Après"}}`))
	require.Zero(t, code)
	require.Equal(t, "2 texts checked, 0 to mend\n", out)

	bad := file(t, "bad.mobileconfig", string(bytes.Replace([]byte(textsProfile), []byte("START"), []byte("- Los"), 1)))
	code, out, _ = orbit(t, "lint-text", bad)
	require.Equal(t, 1, code)
	require.Contains(t, out, bad+": de start: it begins with a dash")
	code, out, _ = orbit(t, "lint-text", "--json", bad)
	require.Equal(t, 1, code)
	require.JSONEq(t, `[{"file":"`+bad+`","language":"de","id":"start","rule":"dash","problem":"it begins with a dash, which swiftDialog takes for an option; begin with a word"}]`, out)

	code, out, _ = orbit(t, "lint-text", "--print", "de")
	require.Zero(t, code)
	code, again, _ := orbit(t, "lint-text", file(t, "all.json", out))
	require.Zero(t, code, again)

	for content, says := range map[string]string{"": "no key Texts", "{": "unexpected end", `{"de":"x"}`: "language \"de\" is a string", `{"de":{"start":5}}`: "text \"start\" of language \"de\" is a number", "<plist><dict/></plist>": "no key Texts",
		`<plist><dict><key>Texts</key><string>x</string></dict></plist>`: "the whole is a string", "bplist00\x00\x00": "property list"} {
		code, _, stderr := orbit(t, "lint-text", file(t, "f", content))
		require.Equal(t, 1, code, content)
		require.Contains(t, stderr, says)
	}
	code, _, stderr := orbit(t, "lint-text", "--print", "sv")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "zh-Hans")
}
