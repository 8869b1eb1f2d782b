package preview_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog"
	"fleetmigrate/swiftdialog/preview"
	"fleetmigrate/testdata/browser"
)

// longName is as long as a name of an organization may be, and then some.
const longName = "The Exceedingly Long Named Holding and Trading Corporation of Greater Northern Hampshire and all of its Affiliated Companies, Inc."

// TestEverythingFits draws every moment in every language, with and without a
// logo, and with a very long name, in a font that is wider than macOS's: each is as high as its window at most,
// so that nobody has to scroll to a button or a sentence. No window is higher
// than the smallest screen of a Mac leaves room for.
func TestEverythingFits(t *testing.T) {
	const room = 700 // of 800 points, without menu bar and Dock
	dir := t.TempDir()
	require.NoError(t, prompt.Unpack(dir))
	with := prompt.Logo{Light: logo(t, dir), Aspect: 4}
	b := browser.New(t)
	b.Size(720, 800)
	for i := range 3 * len(prompt.Languages) {
		lang := prompt.Languages[i/3]
		base := prompt.Request{Language: lang, Pictures: dir, MacOS: 14}
		switch i % 3 {
		case 0:
			base.Logo = with
		case 1:
			base.Logo, base.OrgName = with, longName
		}
		windows := map[string]swiftdialog.Options{}
		var page strings.Builder
		for _, s := range prompt.Scenes(base) {
			o := prompt.Build(s.Request)
			require.LessOrEqual(t, o.Height, room)
			html, err := preview.HTML(o, false)
			require.NoError(t, err)
			windows[s.ID] = o
			fmt.Fprintf(&page, `<div id=%q>%s</div>`, s.ID, html)
		}
		file := filepath.Join(dir, lang+".html")
		require.NoError(t, os.WriteFile(file, []byte(preview.Page(lang, "", `<style>body { margin: 0 }</style>`+page.String())), 0o600))
		b.Go("file://" + file)
		for id, height := range browser.Eval[map[string]float64](b, `Object.fromEntries([...document.querySelectorAll("div[id]")].map(d => [d.id, d.offsetHeight]))`) {
			require.LessOrEqual(t, height, float64(windows[id].Height), "%s in %s", id, lang)
		}
	}
}

// logo is a wide one.
func logo(t *testing.T, dir string) string {
	img := image.NewRGBA(image.Rect(0, 0, 400, 100))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{0xb0, 0x3a, 0x2e, 0xff}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(30, 30, 370, 70), image.White, image.Point{}, draw.Src)
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, img))
	path := filepath.Join(dir, "logo.png")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	return path
}
