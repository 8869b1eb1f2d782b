package prompt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"fleetmigrate/agent/atomicfile"
)

// The limits of a logo. What a server names is fetched by us and never by
// swiftDialog, which has no limit at all.
const (
	logoTimeout  = 10 * time.Second
	maxRedirects = 3
	maxTag       = 512
	wideFrom     = 1.8 // width by height
)

// Logos fetches logos into a folder and keeps the last good ones.
type Logos struct {
	client *http.Client
	dir    string
}

// NewLogos names the client, with the agent's own TLS settings, and the folder.
func NewLogos(client *http.Client, dir string) *Logos {
	own := *client
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects || via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
			return errors.New("it is redirected too often, or off TLS")
		}
		return nil
	}
	return &Logos{&own, dir}
}

// Fetch gives both logos as local files. A broken one falls back to the last
// good one, and then to none; the error says so all the same. An empty URL
// takes the logo away.
func (l *Logos) Fetch(ctx context.Context, light, dark string) (Logo, error) {
	var logo Logo
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return logo, fmt.Errorf("making the logo folder: %w", err)
	}
	var wideLight, wideDark bool
	var err1, err2 error
	logo.Light, wideLight, err1 = l.one(ctx, light, filepath.Join(l.dir, "light.png"))
	logo.Dark, wideDark, err2 = l.one(ctx, dark, filepath.Join(l.dir, "dark.png"))
	logo.Wide = wideLight || wideDark
	return logo, errors.Join(err1, err2)
}

func (l *Logos) one(ctx context.Context, rawURL, path string) (kept string, wide bool, err error) {
	if rawURL == "" {
		return "", false, forget(path, path+".json")
	}
	err = l.refresh(ctx, rawURL, path)
	wide, ok := isWide(path)
	if !ok {
		path = ""
	}
	return path, wide, err
}

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

// refresh fetches a logo anew where the server has a newer one.
func (l *Logos) refresh(ctx context.Context, rawURL, path string) error {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("fetching the logo: its URL is not one of the web")
	}
	ctx, cancel := context.WithTimeout(ctx, logoTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return errors.New("fetching the logo: its URL is not one of the web")
	}
	if tag := tagOf(path, rawURL); tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	reply, err := l.client.Do(req)
	if err != nil {
		return fmt.Errorf("fetching the logo: %w", withoutURL(err))
	}
	defer reply.Body.Close()
	switch reply.StatusCode {
	case http.StatusNotModified:
		return nil
	case http.StatusOK:
		return keep(reply, origin{URL: rawURL}, path)
	}
	return fmt.Errorf("fetching the logo: the server answered %s", reply.Status)
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

// withoutURL drops the address from an error: one may hold a signature.
func withoutURL(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
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
