package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// Fleet's own agent brings swiftDialog a quarter of an hour after this desktop
// has started; it must be found then, not after the next restart.
func TestSwiftDialogMayComeLater(t *testing.T) {
	dir := t.TempDir()
	ours, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, "theirs")
	d := newDialogs(zerolog.Nop(), func(context.Context) string { return "" }, ours, theirs)
	d.configure("")
	require.Equal(t, "swiftDialog "+ours, d.tool(), "where it ought to be")
	require.NoError(t, os.WriteFile(theirs, nil, 0o600))
	d.tools(t.Context())
	require.Equal(t, "swiftDialog "+theirs, d.tool())
	require.NoError(t, os.WriteFile(ours, nil, 0o600))
	d.tools(t.Context())
	require.Equal(t, "swiftDialog "+ours, d.tool(), "ours comes first")
	d.configure("/named/by/IT")
	d.tools(t.Context())
	require.Equal(t, "swiftDialog /named/by/IT", d.tool())
}
