package standin

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"

	"fleetmigrate/swiftdialog"
	"fleetmigrate/swiftdialog/preview"
)

// showOnPage is the client half: it waits for presses, and draws the window on
// a Page, at first and after each command.
func (w *window) showOnPage() {
	url := w.control.Page + "/dialog/" + strconv.Itoa(os.Getpid())
	reply, err := http.Get(url + "/press")
	if err == nil {
		defer reply.Body.Close()
		err = w.draw(url)
	}
	if err != nil {
		fmt.Fprintln(w.stderr, "stand-in for swiftDialog: no page to draw on:", err)
		return
	}
	go func() {
		for range w.changed {
			_ = w.draw(url) // a page that has gone is seen below
		}
	}()
	for lines := bufio.NewScanner(reply.Body); lines.Scan(); {
		w.pressed <- lines.Text()
	}
}

func (w *window) draw(url string) error {
	req, err := http.NewRequest(http.MethodPut, url, bytes.NewReader(w.render()))
	if err != nil {
		return err
	}
	reply, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return reply.Body.Close()
}

// render draws what the window shows now.
func (w *window) render() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := w.transcript.Options
	text := func(key string) string {
		if s, _ := m[key].(string); s != "none" {
			return s
		}
		return ""
	}
	size, _ := m["iconsize"].(float64)
	icon, iconDark, _ := strings.Cut(text("icon"), ":dark=")
	o := swiftdialog.Options{
		Title: text("title"), Message: text("message"), Banner: text("bannerimage"), Icon: icon, IconDark: iconDark, IconAlt: text("iconalttext"), IconSize: int(size),
		Button1: text("button1text"), Button2: text("button2text"), InfoButton: text("infobuttontext"), Progress: m["progress"] != nil,
		Left: text("messagealignment") == "left", ProgressText: text("progresstext"), OnTop: m["ontop"] == true,
	}
	if m["button1disabled"] == true {
		o.Guard = 1
	}
	html, err := preview.HTML(o, text("appearance") == "dark")
	if err != nil {
		html = err.Error()
	}
	data, _ := json.Marshal(Open{ID: os.Getpid(), HTML: html, Blur: m["blurscreen"] == true, Options: m})
	return data
}
