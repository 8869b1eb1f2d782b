package main

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
)

// Empty bytes would be a panic in AppKit's half of systray; a template that is
// not black and transparent is tinted wrong.
func TestIcons(t *testing.T) {
	var seen [][]byte
	for _, alert := range []bool{false, true} {
		template, regular := icons(alert)
		for _, data := range [][]byte{template, regular} {
			require.NotContains(t, seen, data)
			seen = append(seen, data)
			img, err := png.Decode(bytes.NewReader(data))
			require.NoError(t, err)
			require.Equal(t, image.Rect(0, 0, 32, 32), img.Bounds())
		}
		img, err := png.Decode(bytes.NewReader(template))
		require.NoError(t, err)
		inked := 0
		for i := range 32 * 32 {
			r, g, b, a := img.At(i%32, i/32).RGBA()
			require.Zero(t, r+g+b)
			if a > 0 {
				inked++
			}
		}
		require.Greater(t, inked, 50)
		require.Less(t, inked, 32*32)
	}
}
