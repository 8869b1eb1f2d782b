//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"image"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog/preview"
)

// xwindow is the open dialog as a real window on the screen. A click of the
// mouse on one of its buttons is what presses it.
type xwindow struct {
	w    *world
	x    *xdesktop
	id   int // of the dialog
	srv  *httptest.Server
	stop func()

	mu      sync.Mutex
	buttons map[string]image.Point // on the screen
}

// whereButtonsAre tells the test where a person would have to click, again when
// the window has moved, and hands a click on.
const whereButtonsAre = `<script>
let last = "";
setInterval(() => {
  const where = {}, top = screenY + outerHeight - innerHeight, left = screenX + (outerWidth - innerWidth) / 2;
  for (const b of document.querySelectorAll("[data-button]")) {
    const r = b.getBoundingClientRect();
    where[b.dataset.button] = { X: Math.round(left + r.x + r.width / 2), Y: Math.round(top + r.y + r.height / 2) };
    b.onclick = () => fetch("/press/" + b.dataset.button, { method: "POST" });
  }
  const now = JSON.stringify(where);
  if (now !== last) fetch("/where", { method: "POST", body: last = now });
}, 300);
</script><style>body { margin: 0 } .sd { border-radius: 0; width: 100%; min-height: 100vh; display: flex; flex-direction: column } .sd-body { flex: 1 }</style>`

// openWindow puts the dialog with this first button on the screen.
func (w *world) openWindow(x *xdesktop, button string) *xwindow {
	w.t.Helper()
	w.seesDialog(button)
	dialog := w.Window()
	html, height := dialog.HTML, dialog.Options["height"]
	win := &xwindow{w: w, x: x, id: dialog.ID}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(out http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(out, preview.Page("en", "Fleet", html+whereButtonsAre))
	})
	mux.HandleFunc("POST /where", win.where)
	mux.HandleFunc("POST /press/{button}", func(out http.ResponseWriter, r *http.Request) {
		if err := w.Page.Press(win.id, r.PathValue("button")); err != nil {
			http.Error(out, err.Error(), http.StatusConflict)
		}
	})
	win.srv = httptest.NewServer(mux)
	w.t.Cleanup(win.srv.Close)
	profile, err := os.MkdirTemp(x.home, "chromium-")
	require.NoError(w.t, err)
	win.stop = x.start(chromium(w), "--app="+win.srv.URL, "--user-data-dir="+profile,
		"--no-sandbox", "--test-type", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--window-position=280,110", fmt.Sprintf("--window-size=720,%v", height), "--lang=en-US")
	x.eventually("the window of "+button, func() bool { return win.at("button1") != image.Point{} })
	return win
}

func chromium(w *world) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.FailNow(w.t, "Chromium is not installed: run `make deps`")
	return ""
}

func (win *xwindow) where(_ http.ResponseWriter, r *http.Request) {
	win.mu.Lock()
	defer win.mu.Unlock()
	_ = json.NewDecoder(r.Body).Decode(&win.buttons) // what can't be read is waited for in vain
}

func (win *xwindow) at(button string) image.Point {
	win.mu.Lock()
	defer win.mu.Unlock()
	return win.buttons[button]
}

// press clicks a button with the mouse, again where a click came before the
// window was drawn there; the window goes with the dialog.
func (win *xwindow) press(button string) {
	win.w.t.Helper()
	gone := func() bool { now := win.w.Window(); return now == nil || now.ID != win.id }
	win.x.eventually("the window to go", func() bool {
		if gone() {
			return true
		}
		win.x.click(win.at(button))
		return false
	})
	win.stop()
}
