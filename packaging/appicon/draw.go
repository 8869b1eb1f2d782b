//go:build ignore

// Draw writes Fleet Desktop's icon: the laptop of the menu bar, with the arrow
// that comes home into it, white on a blue tile as macOS's apps have it.
package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"log"
	"math"
	"os"
)

const samples = 4 // per pixel and direction

// sizes are the types of an icns file that hold a PNG, and their pixels.
var sizes = []struct {
	kind   string
	pixels int
}{{"ic11", 32}, {"ic12", 64}, {"ic07", 128}, {"ic08", 256}, {"ic09", 512}}

func main() {
	var body bytes.Buffer
	for _, s := range sizes {
		var img bytes.Buffer
		if err := png.Encode(&img, draw(s.pixels)); err != nil {
			log.Fatal(err)
		}
		body.Write(chunk(s.kind, img.Bytes()))
	}
	if err := os.WriteFile(os.Args[1], chunk("icns", body.Bytes()), 0o644); err != nil {
		log.Fatal(err)
	}
}

func chunk(kind string, body []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte(kind), uint32(len(body)+8)), body...)
}

// draw fills the square of pixels; shapes are in units of a hundredth.
func draw(pixels int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, pixels, pixels))
	unit := 100 / float64(pixels)
	for y := range pixels {
		for x := range pixels {
			tile, ink := 0, 0
			for i := range samples * samples {
				u := (float64(x) + (float64(i%samples)+.5)/samples) * unit
				v := (float64(y) + (float64(i/samples)+.5)/samples) * unit
				if rounded(u, v, 10, 10, 90, 90, 18) {
					tile++
					if laptop(u, v) {
						ink++
					}
				}
			}
			if tile > 0 {
				img.SetNRGBA(x, y, mix(float64(y)*unit, float64(ink)/float64(tile), float64(tile)/(samples*samples)))
			}
		}
	}
	return img
}

// mix is white ink over a blue that darkens downwards.
func mix(v, ink, alpha float64) color.NRGBA {
	t := (v - 10) / 80
	part := func(top, bottom float64) uint8 {
		blue := top + (bottom-top)*t
		return uint8(math.Round(blue + (255-blue)*ink))
	}
	return color.NRGBA{part(76, 33), part(132, 78), part(246, 196), uint8(math.Round(255 * alpha))}
}

func laptop(x, y float64) bool {
	frame := rounded(x, y, 28, 36, 72, 66, 4) && !rounded(x, y, 32, 40, 68, 62, 1.5) && !(y < 41 && x > 41 && x < 59)
	base := rounded(x, y, 22, 69, 78, 74, 2.5)
	shaft := x > 47.6 && x < 52.4 && y > 22 && y < 48
	head := y >= 45 && y <= 57 && math.Abs(x-50) <= (57-y)*0.85
	return frame || base || shaft || head
}

func rounded(x, y, x0, y0, x1, y1, r float64) bool {
	dx := math.Max(math.Max(x0+r-x, x-(x1-r)), 0)
	dy := math.Max(math.Max(y0+r-y, y-(y1-r)), 0)
	return x >= x0 && x <= x1 && y >= y0 && y <= y1 && math.Hypot(dx, dy) <= r
}
