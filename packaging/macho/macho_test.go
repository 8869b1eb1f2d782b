package macho_test

import (
	stdmacho "debug/macho"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/macho"
	"fleetmigrate/testdata/macprogram"
)

// program compiles a program for macOS; the linker signs the one for arm64.
func program(t *testing.T, system, arch string) string {
	t.Helper()
	dir := t.TempDir()
	source, out := filepath.Join(dir, "main.go"), filepath.Join(dir, arch)
	require.NoError(t, os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644))
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", out, source)
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, string(said))
	return out
}

func open(t *testing.T, file string) *macho.Program {
	t.Helper()
	p, err := macho.Open(file)
	require.NoError(t, err)
	return p
}

func joined(t *testing.T, u *macho.Universal) string {
	t.Helper()
	r, err := u.Open()
	require.NoError(t, err)
	raw, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Len(t, raw, int(u.Size))
	file := filepath.Join(t.TempDir(), "universal")
	require.NoError(t, os.WriteFile(file, raw, 0o755))
	return file
}

// A program for arm64 whose bytes changed after linking is killed.
func TestJoinKeepsEverySliceAsItIs(t *testing.T) {
	arm, intel := program(t, "darwin", "arm64"), program(t, "darwin", "amd64")
	u, err := macho.Join(open(t, arm), open(t, intel))
	require.NoError(t, err)
	require.Equal(t, []macho.Arch{macho.AMD64, macho.ARM64}, u.Archs, "the order of Apple's tools")
	file := joined(t, u)
	fat, err := stdmacho.OpenFat(file)
	require.NoError(t, err)
	defer fat.Close()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	for i, from := range []string{intel, arm} {
		part := fat.Arches[i]
		want, err := os.ReadFile(from)
		require.NoError(t, err)
		require.Equal(t, want, raw[part.Offset:part.Offset+part.Size])
		require.Zero(t, part.Offset%(1<<part.Align))
	}
	require.Equal(t, []uint32{12, 14}, []uint32{fat.Arches[0].Align, fat.Arches[1].Align})

	again, err := macho.Join(open(t, file))
	require.NoError(t, err)
	require.Equal(t, u.Archs, again.Archs)
	same, err := os.ReadFile(joined(t, again))
	require.NoError(t, err)
	require.Equal(t, raw, same)

	_, err = macho.Join(open(t, file), open(t, arm))
	require.ErrorContains(t, err, "is universal already (x86_64 and arm64); give it alone")
	_, err = macho.Join(open(t, arm), open(t, arm))
	require.ErrorContains(t, err, "are both for arm64")
	_, err = macho.Join()
	require.ErrorContains(t, err, "there are none")
}

func TestOpenSaysWhatTheFileIs(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	require.NoError(t, os.WriteFile(text, []byte("#!/bin/sh\n"), 0o755))
	short := filepath.Join(dir, "short")
	require.NoError(t, os.WriteFile(short, []byte("\xcf\xfa\xed\xfe"), 0o755))
	for file, says := range map[string]string{
		filepath.Join(dir, "none"):   "does not exist",
		dir:                          "is not a file",
		text:                         "build it with GOOS=darwin",
		short:                        "build it with GOOS=darwin",
		program(t, "linux", "amd64"): "build it with GOOS=darwin",
		object(t, stdmacho.CpuPpc):   "no Mac that this package is for has",
		object(t, stdmacho.CpuArm64): "not a program",
	} {
		_, err := macho.Open(file)
		require.ErrorContains(t, err, says, file)
	}
}

// object is the header of an object file.
func object(t *testing.T, cpu stdmacho.Cpu) string {
	t.Helper()
	head := []byte{0xcf, 0xfa, 0xed, 0xfe, byte(cpu), byte(cpu >> 8), byte(cpu >> 16), byte(cpu >> 24), 0, 0, 0, 0, byte(stdmacho.TypeObj)}
	file := filepath.Join(t.TempDir(), "object")
	require.NoError(t, os.WriteFile(file, append(head, make([]byte, 19)...), 0o644))
	return file
}

func TestArchsOfAHead(t *testing.T) {
	arm, intel := macprogram.For("arm64", 1), macprogram.For("amd64", 1)
	for name, c := range map[string]struct {
		head []byte
		want []macho.Arch
	}{
		"arm64":           {arm[:8], []macho.Arch{macho.ARM64}},
		"x86_64":          {intel[:8], []macho.Arch{macho.AMD64}},
		"universal":       {macprogram.Universal(1)[:48], []macho.Arch{macho.AMD64, macho.ARM64}},
		"one of another":  {[]byte("\xca\xfe\xba\xbe\x00\x00\x00\x02\x00\x00\x00\x12................\x01\x00\x00\x0c................"), []macho.Arch{macho.ARM64}},
		"wide table":      {append([]byte("\xca\xfe\xba\xbf\x00\x00\x00\x01\x01\x00\x00\x0c"), make([]byte, 28)...), []macho.Arch{macho.ARM64}},
		"a table cut off": {[]byte("\xca\xfe\xba\xbe\x00\x00\x00\x02\x01\x00\x00\x0c................"), nil},
		"a Java class":    {append([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x34"), make([]byte, 2000)...), nil},
		"a script":        {[]byte("#!/bin/sh\n"), nil},
		"nothing":         {nil, nil},
	} {
		require.Equal(t, c.want, macho.Archs(c.head), name)
	}
}
