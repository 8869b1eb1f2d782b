//go:build ignore

// Draw writes the menu-bar icons: a laptop with an arrow that comes home into
// it. The alert icon carries a dot as well, so that no meaning hangs on color.
package main

import (
	"image"
	"image/color"
	"image/png"
	"log"
	"math"
	"os"
	"path/filepath"
)

const (
	size    = 32
	samples = 8 // per pixel and direction
)

// shape says whether a point, in pixels, is inked.
type shape func(x, y float64) bool

func main() {
	black, blue := color.NRGBA{A: 255}, color.NRGBA{R: 0x2b, G: 0x5f, B: 0xd9, A: 255}
	for name, icon := range map[string]struct {
		ink   color.NRGBA
		alert bool
	}{
		"template": {black, false}, "template-alert": {black, true},
		"regular": {blue, false}, "regular-alert": {blue, true},
	} {
		if err := write(filepath.Join(os.Args[1], name+".png"), draw(icon.ink, icon.alert)); err != nil {
			log.Fatal(err)
		}
	}
}

func draw(ink color.NRGBA, alert bool) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			c := ink
			c.A = uint8(math.Round(255 * coverage(inked(alert), float64(x), float64(y))))
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func coverage(s shape, x, y float64) float64 {
	n := 0
	for i := range samples {
		for j := range samples {
			if s(x+(float64(i)+.5)/samples, y+(float64(j)+.5)/samples) {
				n++
			}
		}
	}
	return float64(n) / (samples * samples)
}

func inked(alert bool) shape {
	return func(x, y float64) bool {
		if alert {
			d := math.Hypot(x-26, y-6)
			if d < 5 {
				return true
			}
			if d < 7 {
				return false // a gap keeps the dot apart
			}
		}
		return frame(x, y) || base(x, y) || arrow(x, y)
	}
}

// frame is the screen: a rounded rectangle, open at the top for the arrow.
func frame(x, y float64) bool {
	outer := rounded(x, y, 5, 7, 27, 23, 3)
	inner := rounded(x, y, 7.5, 9.5, 24.5, 20.5, 1)
	gap := y < 10 && x > 11 && x < 21
	return outer && !inner && !gap
}

func base(x, y float64) bool { return rounded(x, y, 2, 25, 30, 28, 1.5) }

func arrow(x, y float64) bool {
	shaft := x > 14.7 && x < 17.3 && y > 2 && y < 14
	head := y >= 11.5 && y <= 18 && math.Abs(x-16) <= (18-y)*0.85
	return shaft || head
}

func rounded(x, y, x0, y0, x1, y1, r float64) bool {
	dx := math.Max(math.Max(x0+r-x, x-(x1-r)), 0)
	dy := math.Max(math.Max(y0+r-y, y-(y1-r)), 0)
	return x >= x0 && x <= x1 && y >= y0 && y <= y1 && math.Hypot(dx, dy) <= r
}

func write(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return png.Encode(f, img)
}
