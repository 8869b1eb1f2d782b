package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// Which swiftDialog fits is decided by the version of the system that the facts
// come from, and of no other.
func TestVersionComesFromTheSameSystemAsTheFacts(t *testing.T) {
	root := t.TempDir()
	tool := filepath.Join(root, "usr/bin/sw_vers")
	require.NoError(t, os.MkdirAll(filepath.Dir(tool), 0o755))
	require.NoError(t, os.WriteFile(tool, []byte("#!/bin/sh\necho 13.6.1\n"), 0o755))
	in := newInputs(config{Host: "system", HostRoot: root, DataDir: t.TempDir()}, zerolog.Nop())
	require.Equal(t, "13.6.1", in.macOS(t.Context()))
}
