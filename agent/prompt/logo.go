package prompt

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// The limits of a logo. What a server names is fetched by us and never by
// swiftDialog, which has no limit at all.
const (
	logoTimeout  = 10 * time.Second
	maxRedirects = 3
	maxTag       = 512
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
// takes the logo away; the other then serves for both appearances.
func (l *Logos) Fetch(ctx context.Context, light, dark string) (Logo, error) {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return Logo{}, fmt.Errorf("making the logo folder: %w", err)
	}
	return l.pair(func(url, path string, dark bool) error { return l.refresh(ctx, url, path, dark) }, light, dark)
}

// pair brings the logos of both appearances up to date, each from its source.
func (l *Logos) pair(bring func(source, path string, dark bool) error, light, dark string) (Logo, error) {
	lightFile, darkFile := filepath.Join(l.dir, "light.png"), filepath.Join(l.dir, "dark.png")
	var errs []error
	for _, one := range []struct {
		source, file string
		dark         bool
	}{{light, lightFile, false}, {dark, darkFile, true}} {
		if one.source == "" {
			errs = append(errs, forget(one.file+".json"))
		} else {
			errs = append(errs, bring(one.source, one.file, one.dark))
		}
	}
	switch {
	case light == "" && dark == "":
		errs = append(errs, forget(lightFile, darkFile))
	case light == "":
		errs = append(errs, lend(darkFile, lightFile, false))
	case dark == "":
		errs = append(errs, lend(lightFile, darkFile, true))
	}
	return kept(lightFile, darkFile), errors.Join(errs...)
}

// refresh fetches a logo anew where the server has a newer one.
func (l *Logos) refresh(ctx context.Context, rawURL, path string, dark bool) error {
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
	switch {
	case reply.StatusCode == http.StatusNotModified && req.Header.Get("If-None-Match") != "":
		return nil
	case reply.StatusCode == http.StatusOK:
		return keep(reply, origin{URL: rawURL}, path, dark)
	}
	return fmt.Errorf("fetching the logo: the server answered %s", reply.Status)
}

// withoutURL drops the address from an error: one may hold a signature.
func withoutURL(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
