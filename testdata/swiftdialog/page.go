package standin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"fleetmigrate/swiftdialog"
	"fleetmigrate/swiftdialog/preview"
)

// Open is a window as a page shows it.
type Open struct {
	ID      int            `json:"id"` // the process
	HTML    string         `json:"html"`
	Blur    bool           `json:"blur"`
	Options map[string]any `json:"options"`
}

// Page is the server half: stand-ins tell it what they show and wait here for
// a press.
//
//	PUT    /dialog/{id}        the window opened or changed
//	GET    /dialog/{id}/press  waits for a press; 204 when none came yet
//	DELETE /dialog/{id}        the window went
type Page struct {
	mu      sync.Mutex
	open    map[int]Open
	presses map[int]chan string
	changes chan struct{}
	mux     *http.ServeMux
}

// NewPage gives an empty page.
func NewPage() *Page {
	p := &Page{open: map[int]Open{}, presses: map[int]chan string{}, changes: make(chan struct{}, 1), mux: http.NewServeMux()}
	p.mux.HandleFunc("PUT /dialog/{id}", p.put)
	p.mux.HandleFunc("GET /dialog/{id}/press", p.wait)
	p.mux.HandleFunc("DELETE /dialog/{id}", p.remove)
	return p
}

// ServeHTTP implements http.Handler.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

func (p *Page) put(w http.ResponseWriter, r *http.Request) {
	var o Open
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 16<<20)).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.open[o.ID] = o
	if p.presses[o.ID] == nil {
		p.presses[o.ID] = make(chan string, 1)
	}
	p.mu.Unlock()
	p.notify()
}

// holdFor is how long a stand-in waits before it asks again.
const holdFor = 5 * time.Second

func (p *Page) wait(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.PathValue("id"))
	p.mu.Lock()
	presses := p.presses[id]
	p.mu.Unlock()
	select {
	case how := <-presses:
		fmt.Fprint(w, how)
	case <-r.Context().Done():
	case <-time.After(holdFor):
		w.WriteHeader(http.StatusNoContent)
	}
}

func (p *Page) remove(_ http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.PathValue("id"))
	p.Forget(id)
}

// Forget drops a window whose process has gone.
func (p *Page) Forget(id int) {
	p.mu.Lock()
	delete(p.open, id)
	delete(p.presses, id)
	p.mu.Unlock()
	p.notify()
}

func (p *Page) notify() {
	select {
	case p.changes <- struct{}{}:
	default:
	}
}

// Changes says that the open windows changed.
func (p *Page) Changes() <-chan struct{} { return p.changes }

// Windows are the open ones.
func (p *Page) Windows() []Open {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Open
	for _, o := range p.open {
		all = append(all, o)
	}
	return all
}

// Press presses a button of an open window: button1, button2 or info.
func (p *Page) Press(id int, button string) error {
	how, ok := map[string]string{"button1": "press1", "button2": "press2", "info": "info", "cmdq": "cmdq", "close": "close"}[button]
	p.mu.Lock()
	defer p.mu.Unlock()
	presses := p.presses[id]
	if !ok || presses == nil {
		return errors.New("there is no such window or button")
	}
	select {
	case presses <- how:
	default: // one press is on its way already
	}
	return nil
}

// showOnPage is the client half.
func (w *window) showOnPage() {
	shown, url := "", w.control.Page+"/dialog/"+strconv.Itoa(os.Getpid())
	go func() {
		for {
			if now := w.render(); now != shown && w.send(http.MethodPut, url, now) == nil {
				shown = now
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	for {
		reply, err := http.Get(url + "/press")
		if err != nil {
			time.Sleep(200 * time.Millisecond)
			continue
		}
		var how bytes.Buffer
		_, _ = how.ReadFrom(reply.Body)
		reply.Body.Close()
		if reply.StatusCode == http.StatusOK && how.Len() > 0 {
			w.pressed <- how.String()
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (w *window) send(method, url, body string) error {
	req, err := http.NewRequest(method, url, bytes.NewReader([]byte(body)))
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
func (w *window) render() string {
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
		ProgressText: text("progresstext"), OnTop: m["ontop"] == true,
	}
	if m["button1disabled"] == true {
		o.Guard = 1
	}
	html, err := preview.HTML(o, text("appearance") == "dark")
	if err != nil {
		html = err.Error()
	}
	data, _ := json.Marshal(Open{ID: os.Getpid(), HTML: html, Blur: m["blurscreen"] == true, Options: m})
	return string(data)
}
