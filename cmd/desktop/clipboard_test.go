package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The diagnostic line goes to the tool's standard input: in an argument list
// every user could read it.
func TestCopy(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	require.ErrorContains(t, clipboard{}.Copy(t.Context(), "x"), "no tool for the clipboard is installed")
	last := copyCommands[len(copyCommands)-1][0]
	tool := filepath.Join(dir, last)
	require.NoError(t, os.WriteFile(tool, []byte("#!/bin/sh\necho \"$@\" > "+dir+"/arguments\nwhile read -r line; do echo \"$line\" >> "+dir+"/copied; done\n"), 0o755))
	require.NoError(t, clipboard{}.Copy(t.Context(), "Fleet Desktop 1.0.0; serial C02X\n"))
	copied, err := os.ReadFile(filepath.Join(dir, "copied"))
	require.NoError(t, err)
	require.Equal(t, "Fleet Desktop 1.0.0; serial C02X\n", string(copied))
	arguments, err := os.ReadFile(filepath.Join(dir, "arguments"))
	require.NoError(t, err)
	require.NotContains(t, string(arguments), "C02X")
	require.NoError(t, os.WriteFile(tool, []byte("#!/bin/sh\nexit 3\n"), 0o755))
	require.ErrorContains(t, clipboard{}.Copy(t.Context(), "x"), "copying with "+last)
}
