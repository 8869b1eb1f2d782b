package preview_test

import (
	"bytes"
	"context"
	"flag"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog/preview"
	"fleetmigrate/testdata/browser"
)

var update = flag.Bool("update", false, "take the pictures in testdata/golden anew; look at each before you commit it")

// photographed are the moments of which a picture is kept: together they have
// every part of a dialog, three scripts, both appearances.
var photographed = []struct {
	scene, lang string
	dark        bool
}{
	{"ade-forced", "en", false},
	{"waiting_manual", "de", true},
	{"failed-timeout", "ja", false},
	{"ade-deadline", "zh-Hans", true},
}

// TestPictures draws each in a real browser and compares it with the picture
// that was looked at. Fonts are smoothed differently here and there, so a few
// pixels may differ; a word that moved does not get through. On other systems
// than Linux other fonts would draw the words.
func TestPictures(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, prompt.Unpack(dir))
	base := prompt.Request{Pictures: dir, MacOS: 15, Logo: prompt.Logo{Light: logo(t, dir), Aspect: 4}}
	b := browser.New(t)
	b.Size(800, 800)
	for _, p := range photographed {
		base.Language, base.Dark = p.lang, p.dark
		t.Run(p.scene+" "+p.lang, func(t *testing.T) {
			got := photograph(t, b, dir, scene(t, base, p.scene))
			file := filepath.Join("testdata", "golden", p.scene+"-"+p.lang+".png")
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			if share := difference(t, want, got); share > 0.01 {
				seen := filepath.Join(os.TempDir(), "seen-"+filepath.Base(file))
				require.NoError(t, os.WriteFile(seen, got, 0o644))
				t.Fatalf("%.1f %% of %s look different from %s; look at both, then run go test ./swiftdialog/preview -update", 100*share, seen, file)
			}
		})
	}
}

func scene(t *testing.T, base prompt.Request, id string) prompt.Request {
	for _, s := range prompt.Scenes(base) {
		if s.ID == id {
			return s.Request
		}
	}
	require.FailNow(t, "no such scene", id)
	return prompt.Request{}
}

func photograph(t *testing.T, b *browser.Tab, dir string, r prompt.Request) []byte {
	t.Helper()
	html, err := preview.HTML(prompt.Build(r), r.Dark)
	require.NoError(t, err)
	page := filepath.Join(dir, "page.html")
	require.NoError(t, os.WriteFile(page, []byte(preview.Page(r.Language, "", html)), 0o600))
	b.Go("file://" + page)
	ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
	defer cancel()
	shot, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS(".sd")))
	require.NoError(t, err)
	return shot
}

// difference is the share of pixels that look different; 1 for another size.
func difference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	x, err := png.Decode(bytes.NewReader(a))
	require.NoError(t, err)
	y, err := png.Decode(bytes.NewReader(b))
	require.NoError(t, err)
	if x.Bounds() != y.Bounds() {
		return 1
	}
	different, size := 0, x.Bounds().Size()
	for i := range size.X * size.Y {
		if apart(x.At(i%size.X, i/size.X), y.At(i%size.X, i/size.X)) {
			different++
		}
	}
	return float64(different) / float64(size.X*size.Y)
}

func apart(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	const far = 48 << 8
	return max(ar, br)-min(ar, br) > far || max(ag, bg)-min(ag, bg) > far || max(ab, bb)-min(ab, bb) > far
}
