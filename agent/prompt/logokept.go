package prompt

import (
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"fleetmigrate/agent/atomicfile"
)

// Take takes local files by the same rules, for a preview.
func (l *Logos) Take(light, dark string) (Logo, error) {
	var logo Logo
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return logo, fmt.Errorf("making the logo folder: %w", err)
	}
	for _, one := range []struct {
		from, name string
		to         *string
	}{{light, "light.png", &logo.Light}, {dark, "dark.png", &logo.Dark}} {
		if one.from == "" {
			continue
		}
		path := filepath.Join(l.dir, one.name)
		if err := take(one.from, path); err != nil {
			return Logo{}, fmt.Errorf("taking the logo %s: %w", one.from, err)
		}
		wide, _ := isWide(path)
		*one.to, logo.Wide = path, logo.Wide || wide
	}
	return logo, nil
}

func take(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := recode(f)
	if err != nil {
		return err
	}
	return atomicfile.Write(to, data, 0o600)
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
	if _, ok := isWide(path); !ok {
		return ""
	}
	return from.Tag
}

// keep writes the picture first: a tag without its picture would keep a broken
// one for good.
func keep(reply *http.Response, from origin, path string) error {
	data, err := recode(reply.Body)
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
	if err := atomicfile.Write(path, data, 0o600); err != nil {
		return fmt.Errorf("keeping the logo: %w", err)
	}
	if err := atomicfile.Write(path+".json", side, 0o600); err != nil {
		return fmt.Errorf("keeping the logo: %w", err)
	}
	return nil
}

// isWide looks at a kept logo; ok is false where there is none.
func isWide(path string) (wide, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return false, false
	}
	defer f.Close()
	conf, err := png.DecodeConfig(f)
	if err != nil || conf.Height == 0 {
		return false, false
	}
	return float64(conf.Width) >= wideFrom*float64(conf.Height), true
}
