package browser

import (
	"slices"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// record is what a tab did since it was opened.
type record struct {
	mu         sync.Mutex
	requests   []string
	complaints []string
}

// see is called for every event of the tab, in order; it must be quick.
func (r *record) see(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		r.requests = append(r.requests, e.Request.Method+" "+e.Request.URL)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			r.complaints = append(r.complaints, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		r.complaints = append(r.complaints, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			r.complaints = append(r.complaints, "console: "+text(e.Args))
		}
	}
}

func text(args []*runtime.RemoteObject) (joined string) {
	for _, a := range args {
		joined += string(a.Value) + a.Description + " "
	}
	return joined
}

// Requests lists what the tab asked for, as "METHOD URL", in order.
func (r *record) Requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// Complaints lists the errors and warnings of the console: failed requests,
// exceptions nobody caught, and what the content security policy stopped.
func (r *record) Complaints() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.complaints)
}
