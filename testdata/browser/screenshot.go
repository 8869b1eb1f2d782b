package browser

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Screenshot keeps what the whole page shows as artifacts/NAME.png and returns
// the file. The folder is $ARTIFACTS, else artifacts beside go.mod.
func (b *Tab) Screenshot(name string) string {
	b.t.Helper()
	file := filepath.Join(b.artifacts(), name+".png")
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)) // 100 means PNG
	require.NoError(b.t, err, "taking the picture %s", name)
	require.NoError(b.t, os.WriteFile(file, png, 0o644))
	return file
}

func (b *Tab) artifacts() string {
	b.t.Helper()
	dir := os.Getenv("ARTIFACTS")
	if dir == "" {
		dir = filepath.Join(b.moduleRoot(), "artifacts")
	}
	require.NoError(b.t, os.MkdirAll(dir, 0o755))
	return dir
}

// moduleRoot is the nearest folder above the test's that holds go.mod.
func (b *Tab) moduleRoot() string {
	b.t.Helper()
	dir, err := os.Getwd()
	require.NoError(b.t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		require.NotEqual(b.t, up, dir, "no go.mod above the test: set ARTIFACTS")
		dir = up
	}
}
