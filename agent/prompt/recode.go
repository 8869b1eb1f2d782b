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
)

const (
	maxLogo   = 2 << 20 // bytes as they come
	maxPixels = 4 << 20 // 16 MB once decoded
)

// recode reads a picture and writes it anew, so that only pixels remain of
// what came from outside. Its size is checked before any pixel is decoded.
func recode(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxLogo+1))
	if err != nil {
		return nil, fmt.Errorf("it broke off: %w", err)
	}
	if len(data) > maxLogo {
		return nil, errors.New("it is larger than 2 MiB")
	}
	conf, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("it is neither PNG, JPEG nor GIF")
	}
	if conf.Width <= 0 || conf.Height <= 0 || conf.Width > maxPixels/conf.Height {
		return nil, fmt.Errorf("it has %d by %d pixels; at most %d pixels are taken", conf.Width, conf.Height, maxPixels)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("it can't be written as PNG: %w", err)
	}
	return out.Bytes(), nil
}
