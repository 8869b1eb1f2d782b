package browser_test

import (
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
)

const pageHTML = `<!doctype html><title>t</title><style>body{margin:0;background:#fff}@media(prefers-color-scheme:dark){body{background:#000}}</style>
<label>Name <input id="name" value="old"></label><button id="go">Go</button><p id="out" hidden></p><a href="/next">next</a>
<script src="/s.js"></script><div style="height:2000px"></div>`

const script = `document.querySelector('#go').onclick = () => {
  const out = document.querySelector('#out');
  setTimeout(() => { out.hidden = false; out.textContent = 'hello ' + document.querySelector('#name').value }, 50)
}`

const restless = `const div = document.querySelector('div')
div.onpointerdown = () => { clearInterval(timer); div.textContent = 'clicked' }
const timer = setInterval(() => { div.innerHTML = '<button>Go</button>' }, 10)`

func site(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'")
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/s.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, script)
		case "/restless.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, restless)
		case "/restless":
			fmt.Fprint(w, `<div></div><script src="/restless.js"></script>`)
		case "/favicon.ico":
			w.WriteHeader(http.StatusNoContent)
		case "/bad":
			fmt.Fprint(w, `<script>alert(1)</script><img src="http://127.0.0.1:1/x.png">`)
		case "/next":
			fmt.Fprint(w, `<p id="out">arrived</p>`)
		default:
			fmt.Fprint(w, pageHTML)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestStepsAreWhatAPersonDoes(t *testing.T) {
	url := site(t)
	b := browser.New(t)
	b.Go(url)
	b.Gone("#out")
	b.Fill("#name", "Jo")
	b.Focused("#name")
	b.Press(kb.Tab)
	b.Focused("#go")
	b.Press(kb.Enter)
	b.Sees("#out", "hello Jo")
	require.Equal(t, "hello Jo", b.Text("#out"))
	require.Equal(t, 6.0, browser.Eval[float64](b, "Promise.resolve(6)"))
	b.Click("a")
	b.Sees("#out", "arrived")
	require.Empty(t, b.Complaints())
	require.Contains(t, b.Requests(), "GET "+url+"/s.js")

	t.Run("another tab has cookies of its own", func(t *testing.T) {
		browser.Eval[any](b, "document.cookie = 'a=b'")
		other := b.Tab(t)
		other.Go(url)
		require.Empty(t, browser.Eval[string](other, "document.cookie"))
	})
	t.Run("what a policy stops is a complaint", func(t *testing.T) {
		other := b.Tab(t)
		other.Go(url + "/bad")
		require.Eventually(t, func() bool { return len(other.Complaints()) == 2 }, time.Minute, 10*time.Millisecond) // the browser tells them when it can
		require.Contains(t, other.Complaints()[0], "Content Security Policy")
	})
	t.Run("a button that is replaced again and again can be clicked", func(t *testing.T) {
		other := b.Tab(t)
		for range 3 {
			other.Go(url + "/restless")
			other.Click("button")
			other.Sees("div", "clicked")
		}
	})
	t.Run("a picture shows the whole page, as wide and as dark as asked", func(t *testing.T) {
		t.Setenv("ARTIFACTS", t.TempDir())
		other := b.Tab(t)
		other.Size(360, 640)
		other.Dark(true)
		other.Go(url)
		file, err := os.Open(other.Screenshot("dark"))
		require.NoError(t, err)
		defer file.Close()
		img, err := png.Decode(file)
		require.NoError(t, err)
		require.Equal(t, 360, img.Bounds().Dx())
		require.Greater(t, img.Bounds().Dy(), 2000)
		red, _, _, _ := img.At(350, 1900).RGBA()
		require.Zero(t, red)
	})
}
