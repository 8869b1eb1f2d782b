package prompt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"os"

	"fleetmigrate/agent/atomicfile"
)

// Take takes local files by the same rules, for a preview.
func (l *Logos) Take(light, dark string) (Logo, error) {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return Logo{}, fmt.Errorf("making the logo folder: %w", err)
	}
	return l.pair(take, light, dark)
}

func take(from, to string, dark bool) error {
	data, err := atomicfile.Read(from, maxLogo)
	if errors.Is(err, atomicfile.ErrTooLarge) {
		err = errLargeLogo
	}
	if err != nil {
		return fmt.Errorf("taking the logo: %w", err)
	}
	img, err := decode(bytes.NewReader(data))
	if err == nil {
		err = write(to, img, dark)
	}
	if err != nil {
		return fmt.Errorf("taking the logo %s: %w", from, err)
	}
	return nil
}

// lend makes the logo of an appearance for which none was named out of the
// other's, where that would not be seen there; else the other's serves for both.
func lend(from, to string, dark bool) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return forget(to)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil || readable(img, dark) == img {
		return forget(to)
	}
	if err := write(to, img, dark); err != nil {
		return fmt.Errorf("keeping the logo: %w", err)
	}
	return nil
}

// kept are the logos that there are. swiftDialog has one size for both.
func kept(light, dark string) Logo {
	var logo Logo
	for _, file := range []struct {
		path string
		to   *string
	}{{light, &logo.Light}, {dark, &logo.Dark}} {
		if a, ok := aspect(file.path); ok {
			*file.to = file.path
			if logo.Aspect == 0 || a < logo.Aspect {
				logo.Aspect = a
			}
		}
	}
	return logo
}

func forget(paths ...string) error {
	for _, file := range paths {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing the last logo: %w", err)
		}
	}
	return nil
}

// origin is where a kept logo came from.
type origin struct {
	URL string `json:"url"`
	Tag string `json:"etag"`
}

// tagOf is the tag of a kept logo, if it is whole and came from this URL.
func tagOf(path, rawURL string) string {
	var from origin
	data, err := os.ReadFile(path + ".json")
	if err != nil || json.Unmarshal(data, &from) != nil || from.URL != rawURL {
		return ""
	}
	if _, ok := aspect(path); !ok {
		return ""
	}
	return from.Tag
}

// keep writes the picture first: a tag without its picture would keep a broken
// one for good.
func keep(reply *http.Response, from origin, path string, dark bool) error {
	img, err := decode(reply.Body)
	if err != nil {
		return fmt.Errorf("fetching the logo: %w", err)
	}
	if tag := reply.Header.Get("ETag"); len(tag) <= maxTag {
		from.Tag = tag
	}
	side, err := json.Marshal(from)
	if err != nil {
		return fmt.Errorf("keeping the logo: %w", err)
	}
	if err := forget(path + ".json"); err != nil {
		return err
	}
	if err := errors.Join(write(path, img, dark), atomicfile.Write(path+".json", side, 0o600)); err != nil {
		return fmt.Errorf("keeping the logo: %w", err)
	}
	return nil
}

// aspect is the width of a kept logo by its height; ok is false where there is
// none that is whole: one that was cut off looks well by its header.
func aspect(path string) (a float64, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return 0, false
	}
	size := img.Bounds().Size()
	return float64(size.X) / float64(size.Y), true
}
