package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // the formats that are accepted
	_ "image/jpeg" // the formats that are accepted
	"image/png"
	"io"

	"fleetmigrate/agent/atomicfile"
)

const (
	maxLogo   = 2 << 20 // bytes as they come
	maxPixels = 4 << 20 // 16 MB once decoded
)

var errLargeLogo = errors.New("it is larger than 2 MiB")

// decode reads a picture. Its size is checked before any pixel is decoded.
func decode(r io.Reader) (image.Image, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxLogo+1))
	if err != nil {
		return nil, fmt.Errorf("it broke off: %w", err)
	}
	if len(data) > maxLogo {
		return nil, errLargeLogo
	}
	conf, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("it is neither PNG, JPEG nor GIF" + foreign(data))
	}
	if conf.Width <= 0 || conf.Height <= 0 || conf.Width > maxPixels/conf.Height {
		return nil, fmt.Errorf("it has %d by %d pixels; at most %d pixels are taken", conf.Width, conf.Height, maxPixels)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return img, nil
}

// foreign names a format that is not accepted, so that IT knows what to convert.
func foreign(data []byte) string {
	begin := data[:min(len(data), 512)]
	for name, known := range map[string]bool{
		"SVG":        bytes.Contains(begin, []byte("<svg")),
		"a web page": bytes.Contains(bytes.ToLower(begin), []byte("<html")),
		"WebP":       bytes.HasPrefix(begin, []byte("RIFF")) && bytes.Contains(begin, []byte("WEBP")),
		"AVIF":       bytes.Contains(begin, []byte("ftypavif")),
		"HEIC":       bytes.Contains(begin, []byte("ftyphei")),
		"PDF":        bytes.HasPrefix(begin, []byte("%PDF")),
		"TIFF":       bytes.HasPrefix(begin, []byte("II*\x00")) || bytes.HasPrefix(begin, []byte("MM\x00*")),
		"ICO":        bytes.HasPrefix(begin, []byte("\x00\x00\x01\x00")),
	} {
		if known {
			return ", but " + name
		}
	}
	return ""
}

// write writes a picture anew, as it is seen in an appearance: only pixels
// remain of what came from outside.
func write(path string, img image.Image, dark bool) error {
	var out bytes.Buffer
	if err := png.Encode(&out, readable(img, dark)); err != nil {
		return fmt.Errorf("it can't be written as PNG: %w", err)
	}
	return atomicfile.Write(path, out.Bytes(), 0o600)
}
