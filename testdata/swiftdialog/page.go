package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
)

// Open is a window as a page shows it.
type Open struct {
	ID      int            `json:"id"` // the process
	HTML    string         `json:"html"`
	Blur    bool           `json:"blur"`
	Options map[string]any `json:"options"`
}

// Page is the server half: stand-ins tell it what they show and wait here to
// be pressed.
//
//	GET /dialog/{id}/press  comes first: a line for each press, for as long as
//	                        the window lives; when the connection ends, it has gone
//	PUT /dialog/{id}        what the window shows, at first and after each change
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
	_, lives := p.presses[o.ID]
	if lives {
		p.open[o.ID] = o
	}
	p.mu.Unlock()
	if !lives {
		http.Error(w, "this window has gone", http.StatusGone)
		return
	}
	p.notify()
}

func (p *Page) wait(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.PathValue("id"))
	presses := make(chan string, 1)
	p.mu.Lock()
	p.presses[id] = presses
	p.mu.Unlock()
	defer p.forget(id)
	control := http.NewResponseController(w)
	_ = control.Flush() // the window waits for the answer's head
	for {
		select {
		case how := <-presses:
			fmt.Fprintln(w, how)
			_ = control.Flush()
		case <-r.Context().Done():
			return
		}
	}
}

func (p *Page) forget(id int) {
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
