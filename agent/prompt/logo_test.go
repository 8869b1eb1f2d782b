package prompt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
)

// picture is a picture in a format, by its encoder.
func picture(t testing.TB, width, height int, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	img.Set(width/2, height/2, color.RGBA{200, 30, 40, 255})
	var out bytes.Buffer
	require.NoError(t, encode(&out, img))
	return out.Bytes()
}

func asPNG(b *bytes.Buffer, i image.Image) error  { return png.Encode(b, i) }
func asJPEG(b *bytes.Buffer, i image.Image) error { return jpeg.Encode(b, i, nil) }
func asGIF(b *bytes.Buffer, i image.Image) error  { return gif.Encode(b, i, nil) }

// bomb is a PNG whose header promises more pixels than memory has.
func bomb(t testing.TB) []byte {
	data := picture(t, 1, 1, asPNG)
	binary.BigEndian.PutUint32(data[16:], 60000)
	binary.BigEndian.PutUint32(data[20:], 60000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// bytesAt serves one file for every address, whatever it is called.
type bytesAt struct {
	body   []byte
	tag    string
	status int
	full   atomic.Int32 // answers with a body
}

func (b *bytesAt) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if b.tag != "" {
		w.Header().Set("ETag", b.tag)
	}
	if b.tag != "" && r.Header.Get("If-None-Match") == b.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	b.full.Add(1)
	if b.status != 0 {
		w.WriteHeader(b.status)
	}
	_, _ = w.Write(b.body)
}

func TestLogoFormats(t *testing.T) {
	trailing := append(picture(t, 40, 40, asPNG), "<script>alert(1)</script>"...)
	for name, tt := range map[string]struct {
		body   []byte
		says   string // "" is taken
		aspect float64
	}{
		"png":           {picture(t, 100, 100, asPNG), "", 1},
		"wide png":      {picture(t, 400, 100, asPNG), "", 4},
		"jpeg":          {picture(t, 100, 50, asJPEG), "", 2},
		"gif":           {picture(t, 180, 90, asGIF), "", 2},
		"with a tail":   {trailing, "", 1},
		"svg":           {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "neither PNG, JPEG nor GIF", 0},
		"html":          {[]byte("<html>sign in first</html>"), "neither PNG, JPEG nor GIF", 0},
		"nothing":       {nil, "neither PNG, JPEG nor GIF", 0},
		"a bomb":        {bomb(t), "60000 by 60000 pixels", 0},
		"cut off":       {picture(t, 100, 100, asPNG)[:60], "damaged", 0},
		"cut jpeg":      {picture(t, 100, 100, asJPEG)[:700], "damaged", 0},
		"two megabytes": {append(picture(t, 1, 1, asPNG), make([]byte, 2<<20)...), "larger than 2 MiB", 0},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewTLSServer(&bytesAt{body: tt.body})
			defer server.Close()
			dir := t.TempDir()
			logo, err := prompt.NewLogos(server.Client(), dir).Fetch(t.Context(), server.URL+"/logo", "")
			if tt.says != "" {
				require.ErrorContains(t, err, tt.says)
				require.NotContains(t, err.Error(), server.URL)
				require.Empty(t, logo)
				return
			}
			require.NoError(t, err)
			require.Equal(t, filepath.Join(dir, "light.png"), logo.Light)
			require.Equal(t, tt.aspect, logo.Aspect)
			kept, err := os.ReadFile(logo.Light)
			require.NoError(t, err)
			require.NotContains(t, string(kept), "script", "only pixels remain")
			_, err = png.Decode(bytes.NewReader(kept))
			require.NoError(t, err)
			info, err := os.Stat(logo.Light)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		})
	}
}

func TestLogoFallsBackToTheLastGoodOne(t *testing.T) {
	files := &bytesAt{body: picture(t, 300, 100, asPNG), tag: `"1"`}
	server := httptest.NewTLSServer(files)
	defer server.Close()
	logos := prompt.NewLogos(server.Client(), t.TempDir())
	fetch := func(url string) (prompt.Logo, error) { return logos.Fetch(t.Context(), url, url) }
	good, err := fetch(server.URL + "/a.png")
	require.NoError(t, err)
	require.EqualValues(t, 2, files.full.Load())

	again, err := fetch(server.URL + "/a.png")
	require.NoError(t, err)
	require.Equal(t, good, again)
	require.EqualValues(t, 2, files.full.Load(), "the tag saves the second download")

	files.body, files.tag, files.status = []byte("oops"), "", http.StatusInternalServerError
	kept, err := fetch(server.URL + "/a.png")
	require.ErrorContains(t, err, "500")
	require.Equal(t, good, kept)
	kept, err = fetch(server.URL + "/moved.png")
	require.Error(t, err)
	require.Equal(t, good, kept, "a broken new address keeps the old logo")

	files.body, files.status = picture(t, 50, 50, asPNG), 0
	fresh, err := fetch(server.URL + "/a.png")
	require.NoError(t, err)
	require.EqualValues(t, 1, fresh.Aspect, "another picture at the same address")

	require.NoError(t, os.WriteFile(fresh.Light, []byte("damaged"), 0o600))
	mended, err := fetch(server.URL + "/a.png")
	require.NoError(t, err)
	require.Equal(t, fresh, mended, "a damaged copy is fetched anew")

	gone, err := fetch("")
	require.NoError(t, err)
	require.Empty(t, gone)
	require.NoFileExists(t, fresh.Light)
}

func TestLogoAddresses(t *testing.T) {
	files := &bytesAt{body: picture(t, 10, 10, asPNG)}
	plain := httptest.NewServer(files)
	defer plain.Close()
	var hops atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/downgrade"):
			http.Redirect(w, r, plain.URL, http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/loop"):
			hops.Add(1)
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			files.ServeHTTP(w, r)
		}
	}))
	defer server.Close()
	for url, says := range map[string]string{
		"file:///etc/passwd":              "not one of the web",
		"/logo.png":                       "not one of the web",
		"https://user:secret@example.com": "not one of the web",
		"https://exa mple.com":            "not one of the web",
		server.URL + "/downgrade?k=s3cr":  "off TLS",
		server.URL + "/loop":              "too often",
	} {
		logo, err := prompt.NewLogos(server.Client(), t.TempDir()).Fetch(t.Context(), url, "")
		require.ErrorContains(t, err, says, url)
		require.NotContains(t, err.Error(), "s3cr")
		require.Empty(t, logo)
	}
	require.LessOrEqual(t, hops.Load(), int32(4))
	_, err := prompt.NewLogos(http.DefaultClient, t.TempDir()).Fetch(t.Context(), server.URL, "")
	require.ErrorContains(t, err, "certificate", "the agent's own TLS settings decide")
}

// silent is a server that takes the request and never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

func TestLogoGivesUpInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := prompt.NewLogos(&http.Client{Transport: silent{}}, t.TempDir()).Fetch(t.Context(), "https://logo.example.com/x.png", "")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 10*time.Second, time.Since(began))
	})
}

func FuzzLogo(f *testing.F) {
	for _, encode := range []func(*bytes.Buffer, image.Image) error{asPNG, asJPEG, asGIF} {
		f.Add(picture(f, 8, 4, encode))
	}
	f.Add(bomb(f))
	f.Fuzz(func(t *testing.T, body []byte) {
		server := &http.Client{Transport: answer(body)}
		logo, err := prompt.NewLogos(server, t.TempDir()).Fetch(t.Context(), "https://logo.example.com/x", "")
		require.Equal(t, err == nil, logo.Light != "")
	})
}

// answer is a server that answers everything with the same bytes.
type answer []byte

func (a answer) RoundTrip(*http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, err := w.Write(a)
	return w.Result(), err
}

func TestContactURL(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "https://fleetdm.com/company/contact",
		"https://it.example.com/help":    "https://it.example.com/help",
		"http://it.example.com":          "http://it.example.com",
		"mailto:it@example.com":          "mailto:it@example.com",
		"tel:+4930123456":                "tel:+4930123456",
		"HTTPS://it.example.com":         "https://it.example.com",
		"javascript:alert(1)":            "",
		"file:///Applications/Evil.app":  "",
		"x-apple.systempreferences:":     "",
		"ssh://it.example.com":           "",
		"https://":                       "",
		"https://bank.com@evil.com":      "",
		"mailto:":                        "",
		"tel://x":                        "",
		"https://it.example.com/a b":     "",
		"https://exämple.com":            "",
		"https://x.com/\n":               "",
		"it.example.com":                 "",
		strings.Repeat("https://x", 400): "",
	} {
		got, err := prompt.ContactURL(in)
		require.Equal(t, want, got, in)
		require.Equal(t, want == "", err != nil, in)
	}
}
