package archive_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"howett.net/plist"

	"fleetmigrate/packaging/archive"
)

var macOS12 = archive.MinOS{Major: 12}

// wantEntries is what every form of dialogApp must come out as.
const wantEntries = `drwxr-xr-x . 
drwxr-xr-x Contents 
-rw-r--r-- Contents/Info.plist 
drwxr-xr-x Contents/MacOS 
-rwxr-xr-x Contents/MacOS/Dialog 
drwxr-xr-x Contents/Resources 
-rw-r--r-- Contents/Resources/Grüße.txt hello
Lrwxr-xr-x Contents/Resources/current Grüße.txt
`

func listing(t *testing.T, app *archive.App) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, app.Walk(func(e archive.Entry, body io.Reader) error {
		content := e.Link
		if e.Mode.IsRegular() {
			raw, err := io.ReadAll(body)
			require.NoError(t, err)
			require.Len(t, raw, int(e.Size))
			if strings.HasSuffix(e.Name, ".txt") {
				content = string(raw)
			}
		} else {
			require.Nil(t, body)
		}
		out.WriteString(e.Mode.String() + " " + e.Name + " " + content + "\n")
		return nil
	}))
	return out.String()
}

func TestOpenReadsEveryForm(t *testing.T) {
	payload := odc(officialPayload())
	binary, err := plist.Marshal(map[string]string{
		"CFBundleIdentifier": "au.csiro.dialog", "CFBundleShortVersionString": "2.5.6", "CFBundleVersion": "4805",
		"CFBundleExecutable": "Dialog", "LSMinimumSystemVersion": "12.0",
	}, plist.BinaryFormat)
	require.NoError(t, err)
	withBinary := replaced(dialogApp("Dialog.app"), "Dialog.app/Contents/Info.plist", member{"Dialog.app/Contents/Info.plist", file, string(binary)})
	withSidecars := append(dialogApp("Dialog.app"), member{"._Dialog.app", file, "x"}, member{"Dialog.app/Contents/._Info.plist", file, "x"},
		member{"Dialog.app/.DS_Store", file, "x"})
	withoutFolders := []member{}
	for _, m := range dialogApp("./Dialog.app") {
		if m.mode != dir {
			withoutFolders = append(withoutFolders, m)
		}
	}
	forms := map[string]string{
		"official package":            saved(t, flatPackage(t, gzipped(t, payload))),
		"payload not compressed":      saved(t, flatPackage(t, payload)),
		"tar.gz as Fleet ships it":    saved(t, tarGz(t, dialogApp("Dialog.app"))),
		"tar.gz without folders":      saved(t, tarGz(t, withoutFolders)),
		"tar.gz with a binary plist":  saved(t, tarGz(t, withBinary)),
		"tar.gz with macOS's sidecar": saved(t, tarGz(t, withSidecars)),
		"app folder":                  filepath.Join(onDisk(t, dialogApp("Dialog.app")), "Dialog.app"),
		"folder that holds the app":   onDisk(t, dialogApp("Dialog.app")),
	}
	for name, path := range forms {
		t.Run(name, func(t *testing.T) {
			app, err := archive.Open(path, archive.SwiftDialog, macOS12, archive.Config{})
			require.NoError(t, err)
			defer app.Close()
			require.Equal(t, "au.csiro.dialog", app.BundleID)
			require.Equal(t, "2.5.6.4805", app.Version)
			require.Equal(t, "Dialog", app.Executable)
			require.Equal(t, macOS12, app.MinMacOS)
			require.Equal(t, wantEntries, listing(t, app))
			require.Equal(t, wantEntries, listing(t, app), "a second walk yields the same")
		})
	}
}

func TestWalkRefusesAChangedFile(t *testing.T) {
	root := onDisk(t, dialogApp("Dialog.app"))
	app, err := archive.Open(filepath.Join(root, "Dialog.app"), archive.SwiftDialog, macOS12, archive.Config{})
	require.NoError(t, err)
	defer app.Close()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Dialog.app/Contents/MacOS/Dialog"), []byte("longer than it was before"), 0o755))
	err = app.Walk(func(archive.Entry, io.Reader) error { return nil })
	require.ErrorContains(t, err, "changed while it was read")
}

func TestWalkReturnsTheVisitorsError(t *testing.T) {
	app, err := archive.Open(saved(t, tarGz(t, dialogApp("Dialog.app"))), archive.SwiftDialog, macOS12, archive.Config{})
	require.NoError(t, err)
	defer app.Close()
	require.ErrorIs(t, app.Walk(func(archive.Entry, io.Reader) error { return io.ErrShortWrite }), io.ErrShortWrite)
}

func TestMinOS(t *testing.T) {
	for text, want := range map[string]archive.MinOS{"12": {Major: 12}, "12.0": {Major: 12}, "10.15.7": {Major: 10, Minor: 15, Patch: 7}} {
		got, err := archive.ParseMinOS(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "twelve", "12.", "1.2.3.4", "-1", "99999999"} {
		_, err := archive.ParseMinOS(text)
		require.ErrorContains(t, err, "write it like 12.0", text)
	}
	require.Negative(t, archive.MinOS{Major: 12}.Compare(archive.MinOS{Major: 12, Patch: 1}))
	require.Equal(t, "12.0", archive.MinOS{Major: 12}.String())
	require.Equal(t, "10.15.7", archive.MinOS{Major: 10, Minor: 15, Patch: 7}.String())
}

func TestMemoryDoesNotGrowWithTheApp(t *testing.T) {
	const size = 64 << 20
	big := append(dialogApp("./Dialog.app"), member{"./Dialog.app/Contents/big", file, string(make([]byte, size))})
	path := saved(t, flatPackage(t, gzipped(t, odc(append([]member{{".", dir, ""}}, big...)))))
	big = nil
	app, err := archive.Open(path, archive.SwiftDialog, macOS12, archive.Config{})
	require.NoError(t, err)
	defer app.Close()
	bytesPerWalk := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, app.Walk(func(archive.Entry, io.Reader) error { return nil }))
		}
	}).AllocedBytesPerOp()
	require.Less(t, bytesPerWalk, int64(4<<20))
}
