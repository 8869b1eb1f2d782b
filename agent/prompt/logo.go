package prompt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // the formats that are accepted
	_ "image/jpeg" // the formats that are accepted
	"image/png"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"fleetmigrate/agent/atomicfile"
)

// The caps of a logo. What a server names is fetched by us and never by
// swiftDialog, which has no cap at all.
const (
	logoTimeout = 10 * time.Second
	maxLogo     = 2 << 20
	maxPixels   = 4 << 20
	wideFrom    = 1.8 // width by height
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
		if len(via) > 3 || via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
			return errors.New("the logo is redirected too often, or off TLS")
		}
		return nil
	}
	return &Logos{&own, dir}
}

// Fetch gives both logos as local files. A broken one falls back to the last
// good one for its URL, and then to none; the error says so all the same.
func (l *Logos) Fetch(ctx context.Context, light, dark string) (Logo, error) {
	var logo Logo
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return logo, fmt.Errorf("making the logo folder: %w", err)
	}
	var wideLight, wideDark bool
	var err1, err2 error
	logo.Light, wideLight, err1 = l.one(ctx, light)
	logo.Dark, wideDark, err2 = l.one(ctx, dark)
	logo.Wide = wideLight || wideDark
	return logo, errors.Join(err1, err2)
}

func (l *Logos) one(ctx context.Context, rawURL string) (path string, wide bool, err error) {
	if rawURL == "" {
		return "", false, nil
	}
	sum := sha256.Sum256([]byte(rawURL))
	path = filepath.Join(l.dir, hex.EncodeToString(sum[:8])+".png")
	err = l.refresh(ctx, rawURL, path)
	wide, ok := isWide(path)
	if !ok {
		path = ""
	}
	return path, wide, err
}

// refresh fetches a logo anew where the server has a newer one.
func (l *Logos) refresh(ctx context.Context, rawURL, path string) error {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("fetching the logo: its URL is not one of the web")
	}
	ctx, cancel := context.WithTimeout(ctx, logoTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("fetching the logo: %w", err)
	}
	tag, _ := os.ReadFile(path + ".etag")
	if _, ok := isWide(path); ok && len(tag) > 0 {
		req.Header.Set("If-None-Match", string(tag))
	}
	reply, err := l.client.Do(req)
	if err != nil {
		return fmt.Errorf("fetching the logo: %w", err)
	}
	defer reply.Body.Close()
	if reply.StatusCode == http.StatusNotModified {
		return nil
	}
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("fetching the logo: the server answered %s", reply.Status)
	}
	data, err := recode(reply.Body)
	if err != nil {
		return fmt.Errorf("fetching the logo: %w", err)
	}
	if err := atomicfile.Write(path, data, 0o600); err != nil {
		return err
	}
	return atomicfile.Write(path+".etag", []byte(reply.Header.Get("ETag")), 0o600)
}

// recode reads a picture and writes it anew, so that only pixels remain of
// what came from outside. Its size is checked before any pixel is decoded.
func recode(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxLogo+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxLogo {
		return nil, errors.New("it is larger than 2 MiB")
	}
	conf, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("it is neither PNG, JPEG nor GIF")
	}
	if conf.Width <= 0 || conf.Height <= 0 || conf.Width > maxPixels/conf.Height {
		return nil, fmt.Errorf("it has %d by %d pixels, too many", conf.Width, conf.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	var out bytes.Buffer
	err = png.Encode(&out, img)
	return out.Bytes(), err
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
