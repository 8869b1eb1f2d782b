package packaging_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging"
	"fleetmigrate/packaging/verify"
	"fleetmigrate/testdata/macprogram"
)

// programs are little programs for both kinds of Mac.
func programs(t testing.TB) []string {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for i, arch := range []string{"arm64", "amd64"} {
		file := filepath.Join(dir, arch)
		require.NoError(t, os.WriteFile(file, macprogram.For(arch, byte(i)), 0o755))
		files = append(files, file)
	}
	return files
}

// dialogTar is swiftDialog as a .tar.gz, small but with all that an app has.
func dialogTar(t testing.TB) string { return dialogTarOf(t, string(macprogram.Universal(9))) }

func dialogTarOf(t testing.TB, program string) string {
	t.Helper()
	info := `<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleIdentifier</key><string>au.csiro.dialog</string>
<key>CFBundleShortVersionString</key><string>2.5.6</string><key>CFBundleVersion</key><string>4805</string>
<key>CFBundleExecutable</key><string>Dialog</string><key>LSMinimumSystemVersion</key><string>12.0</string></dict></plist>`
	return tarball(t,
		tar.Header{Name: "Dialog.app/Contents/Info.plist", Mode: 0o644}, info,
		tar.Header{Name: "Dialog.app/Contents/MacOS/Dialog", Mode: 0o755}, program,
		tar.Header{Name: "Dialog.app/Contents/Resources/empty", Mode: 0o600}, "",
		tar.Header{Name: "Dialog.app/Contents/Resources/Grüße 漢字 🐙.txt", Mode: 0o664}, "hello",
		tar.Header{Name: "Dialog.app/Contents/Resources/current", Typeflag: tar.TypeSymlink, Linkname: "Grüße 漢字 🐙.txt"}, "",
	)
}

func tarball(t testing.TB, members ...any) string {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	w := tar.NewWriter(zip)
	for i := 0; i < len(members); i += 2 {
		header, body := members[i].(tar.Header), members[i+1].(string)
		header.Size = int64(len(body))
		require.NoError(t, w.WriteHeader(&header))
		_, err := w.Write([]byte(body))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, zip.Close())
	name := filepath.Join(t.TempDir(), "app.tar.gz")
	require.NoError(t, os.WriteFile(name, out.Bytes(), 0o644))
	return name
}

// options are those of a whole package.
func options(t testing.TB) packaging.Options {
	return packaging.Options{
		Version: "1.2.3", FleetURL: "https://fleet.example.com", EnrollSecret: "s3cret-s3cret",
		Orbit: programs(t), Desktop: programs(t), SwiftDialog: dialogTar(t),
	}
}

// build makes a package and gives its path.
func build(t testing.TB, opts packaging.Options) string {
	t.Helper()
	b, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	name := filepath.Join(t.TempDir(), "agent.pkg")
	_, err = b.WriteFile(context.Background(), name)
	require.NoError(t, err)
	return name
}

// sound reads a package back with the reader that was written apart from the
// writer, and wants nothing to say against it.
func sound(t testing.TB, name string) verify.Report {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	info, err := file.Stat()
	require.NoError(t, err)
	report := verify.Verify(file, info.Size(), verify.Config{})
	var text bytes.Buffer
	require.NoError(t, report.WriteText(&text))
	require.True(t, report.OK(), text.String())
	require.Zero(t, report.Count(verify.Warn), text.String())
	return report
}
