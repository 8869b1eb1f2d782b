package prompt_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
)

// deep is a PNG of 16 bits a channel.
func deep(b *bytes.Buffer, i image.Image) error {
	img := image.NewNRGBA64(i.Bounds())
	draw.Draw(img, img.Bounds(), i, image.Point{}, draw.Src)
	return png.Encode(b, img)
}

// animated is a GIF of a hundred frames.
func animated(b *bytes.Buffer, i image.Image) error {
	var g gif.GIF
	for range 100 {
		frame := image.NewPaletted(i.Bounds(), palette.Plan9)
		draw.Draw(frame, frame.Bounds(), i, image.Point{}, draw.Src)
		g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 1)
	}
	return gif.EncodeAll(b, &g)
}

// TestUnusualLogos are pictures that real organizations have.
func TestUnusualLogos(t *testing.T) {
	bodies := map[string][]byte{"16 bits": picture(t, 60, 30, deep), "animated": picture(t, 60, 30, animated)}
	files, err := filepath.Glob("testdata/logos/*")
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, file := range files {
		bodies[file], err = os.ReadFile(file)
		require.NoError(t, err)
	}
	for name, body := range bodies {
		logo, err := prompt.NewLogos(&http.Client{Transport: answer(body)}, t.TempDir()).Fetch(t.Context(), "https://logo.example.com/x", "")
		require.NoError(t, err, name)
		require.EqualValues(t, 2, logo.Aspect, name)
		kept, err := os.ReadFile(logo.Light)
		require.NoError(t, err)
		_, err = png.Decode(bytes.NewReader(kept))
		require.NoError(t, err, name)
	}
}

// TestForeignFormatsAreNamed: whoever chose the picture is told what it is.
func TestForeignFormatsAreNamed(t *testing.T) {
	for body, says := range map[string]string{
		`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`: "but SVG",
		"RIFF\x24\x00\x00\x00WEBPVP8 ":                                   "but WebP",
		"\x00\x00\x00\x20ftypavif\x00\x00":                               "but AVIF",
		"\x00\x00\x00\x20ftypheic\x00\x00":                               "but HEIC",
		"%PDF-1.7":                                                       "but PDF",
		"II*\x00\x08\x00":                                                "but TIFF",
		"\x00\x00\x01\x00\x01\x00":                                       "but ICO",
		"<!DOCTYPE html><HTML><title>Sign in</title>":                    "but a web page",
		"BM\x00\x00":                                                     "neither PNG, JPEG nor GIF",
	} {
		_, err := prompt.NewLogos(&http.Client{Transport: answer(body)}, t.TempDir()).Fetch(t.Context(), "https://logo.example.com/x", "")
		require.ErrorContains(t, err, says)
	}
}

// TestADamagedCopyIsFetchedWhole: a copy that a full disk cut off has a good
// header and a tag, and the server would say "not modified" for ever.
func TestADamagedCopyIsFetchedWhole(t *testing.T) {
	files := &bytesAt{body: picture(t, 300, 100, asPNG), tag: `"1"`}
	server := httptest.NewTLSServer(files)
	defer server.Close()
	logos := prompt.NewLogos(server.Client(), t.TempDir())
	good, err := logos.Fetch(t.Context(), server.URL, "")
	require.NoError(t, err)
	whole, err := os.ReadFile(good.Light)
	require.NoError(t, err)
	for _, damage := range [][]byte{whole[:len(whole)-30], whole[:40], nil, bytes.Repeat([]byte("x"), len(whole))} {
		require.NoError(t, os.WriteFile(good.Light, damage, 0o600))
		again, err := logos.Fetch(t.Context(), server.URL, "")
		require.NoError(t, err)
		require.Equal(t, good, again)
		now, err := os.ReadFile(good.Light)
		require.NoError(t, err)
		require.Equal(t, whole, now)
	}
	files.status = http.StatusNotFound
	require.NoError(t, os.WriteFile(good.Light, whole[:len(whole)-30], 0o600))
	none, err := logos.Fetch(t.Context(), server.URL, "")
	require.ErrorContains(t, err, "404")
	require.Empty(t, none, "half a logo is none")
}

// TestNotModifiedWithoutACopy: a server, or a proxy, that says so without being asked.
func TestNotModifiedWithoutACopy(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }))
	defer server.Close()
	logo, err := prompt.NewLogos(server.Client(), t.TempDir()).Fetch(t.Context(), server.URL, "")
	require.ErrorContains(t, err, "304")
	require.Empty(t, logo)
}

// TestLogosAreNotLedAstray: from one address of the web to something else.
func TestLogosAreNotLedAstray(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.png")
	require.NoError(t, os.WriteFile(secret, picture(t, 10, 10, asPNG), 0o600))
	to := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }))
	defer server.Close()
	for _, to = range []string{"file://" + secret, "data:image/png;base64,AAAA", "javascript:alert(1)", "ftp://127.0.0.1/x"} {
		logo, err := prompt.NewLogos(server.Client(), t.TempDir()).Fetch(t.Context(), server.URL, "")
		require.Error(t, err, to)
		require.Empty(t, logo)
	}
}

// drip is a server whose answer never ends.
type drip struct{}

func (drip) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: dripping{r.Context()}, Header: http.Header{}}, nil
}

type dripping struct{ ctx context.Context }

func (d dripping) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(time.Second):
		return copy(p, "\x89"), nil
	}
}

func (dripping) Close() error { return nil }

func TestASlowLogoIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := prompt.NewLogos(&http.Client{Transport: drip{}}, t.TempDir()).Fetch(t.Context(), "https://logo.example.com/x", "")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 10*time.Second, time.Since(began))
	})
}

// endless is a body that never ends and comes at once.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, strings.Repeat("\x89PNG", 100)), nil }

func TestAnEndlessLogoIsCut(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, endless{}) }))
	defer server.Close()
	_, err := prompt.NewLogos(server.Client(), t.TempDir()).Fetch(t.Context(), server.URL, "")
	require.ErrorContains(t, err, "larger than 2 MiB")
}

// ink is a logo of one color on a transparent background.
func ink(c color.Color) func(*bytes.Buffer, image.Image) error {
	return func(b *bytes.Buffer, i image.Image) error {
		img := image.NewNRGBA(i.Bounds())
		draw.Draw(img, img.Bounds().Inset(4), image.NewUniform(c), image.Point{}, draw.Src)
		return png.Encode(b, img)
	}
}

// TestALogoIsSeen: an organization that has one logo, black or white on
// nothing, is seen in both appearances.
func TestALogoIsSeen(t *testing.T) {
	black, white, red := color.NRGBA{0x10, 0x10, 0x10, 0xff}, color.NRGBA{0xfa, 0xfa, 0xfa, 0xff}, color.NRGBA{0xd0, 0x30, 0x20, 0xff}
	for _, tt := range []struct {
		name        string
		ink         color.Color
		asDark      bool
		light, dark bool // has a file of its own
		plated      string
	}{
		{"black, given for light", black, false, true, true, "dark.png"},
		{"white, given for dark", white, true, true, true, "light.png"},
		{"red, given for light", red, false, true, false, ""},
		{"white, given for light", white, false, true, false, "light.png"},
		{"black, given for dark", black, true, false, true, "dark.png"},
	} {
		dir := t.TempDir()
		urls := [2]string{"https://logo.example.com/x", ""}
		if tt.asDark {
			urls = [2]string{"", urls[0]}
		}
		logos := prompt.NewLogos(&http.Client{Transport: answer(picture(t, 60, 30, ink(tt.ink)))}, dir)
		for range 2 {
			logo, err := logos.Fetch(t.Context(), urls[0], urls[1])
			require.NoError(t, err, tt.name)
			require.Equal(t, tt.light, logo.Light != "", tt.name)
			require.Equal(t, tt.dark, logo.Dark != "", tt.name)
			for _, file := range []string{logo.Light, logo.Dark} {
				if file != "" {
					require.Equal(t, filepath.Base(file) == tt.plated, opaque(t, file), "%s: %s", tt.name, file)
				}
			}
		}
		gone, err := logos.Fetch(t.Context(), "", "")
		require.NoError(t, err)
		require.Empty(t, gone, "what was lent goes too")
	}
}

func opaque(t *testing.T, file string) bool {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	require.NoError(t, err)
	_, _, _, a := img.At(0, 0).RGBA()
	return a == 0xffff
}
