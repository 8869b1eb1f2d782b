package prompt

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// The colors of swiftDialog's window in both appearances, and what stands out
// from each.
var (
	lightWindow = color.NRGBA{0xec, 0xec, 0xec, 0xff}
	darkWindow  = color.NRGBA{0x2a, 0x2a, 0x2c, 0xff}
)

const (
	lostBelow = 1.6 // contrast, as WCAG counts it, of a color that is not seen
	lostShare = 0.4 // of what a logo shows
	samples   = 200 // looked at in each direction
)

// readable gives a logo that can be seen in the appearance: many organizations
// have one with a transparent background, made for white paper, and in a dark
// window it would be black on black. Such a one gets a plate behind it.
func readable(img image.Image, dark bool) image.Image {
	window, plate := lightWindow, darkWindow
	if dark {
		window, plate = darkWindow, lightWindow
	}
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() || !lost(img, window) {
		return img
	}
	return onPlate(img, plate)
}

// lost reports that much of what a logo shows is not seen on a background.
func lost(img image.Image, background color.Color) bool {
	b := img.Bounds()
	shown, unseen := 0, 0
	for y := b.Min.Y; y < b.Max.Y; y += 1 + b.Dy()/samples {
		for x := b.Min.X; x < b.Max.X; x += 1 + b.Dx()/samples {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if c.A < 0x80 {
				continue
			}
			shown++
			if contrast(c, background) < lostBelow {
				unseen++
			}
		}
	}
	return float64(unseen) > lostShare*float64(shown)
}

// contrast is the ratio of two colors' luminances, from 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	linear := func(v uint8) float64 { return math.Pow(float64(v)/255, 2.2) }
	return 0.2126*linear(n.R) + 0.7152*linear(n.G) + 0.0722*linear(n.B)
}

// onPlate puts a picture on a plate, with some room around it.
func onPlate(img image.Image, plate color.Color) image.Image {
	b := img.Bounds()
	room := max(1, min(b.Dx(), b.Dy())/6)
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()+2*room, b.Dy()+2*room))
	draw.Draw(out, out.Bounds(), image.NewUniform(plate), image.Point{}, draw.Src)
	draw.Draw(out, image.Rect(room, room, room+b.Dx(), room+b.Dy()), img, b.Min, draw.Over)
	return out
}
