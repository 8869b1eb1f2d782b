package verify

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
)

// values is what a text may be; nil is anything.
type values = *regexp.Regexp

var (
	anything values
	boolean  = regexp.MustCompile(`^(true|false|yes|no)$`)
	count    = regexp.MustCompile(`^[0-9]{1,18}$`)
	octal    = regexp.MustCompile(`^[0-7]{1,6}$`)
	dotted   = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)
	instant  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?$`)
	// What happens after an installation, in both documents that say it.
	afterwards = regexp.MustCompile(`(?i)^(none|logout|restart|shutdown|Require(d)?(Logout|Restart|Shutdown)|Recommended(Logout|Restart))$`)
)

// element is what Apple's tools are known to write of one.
type element struct {
	attributes map[string]values
	text       values
	mixed      bool // text beside elements means something
}

// vocabulary is an XML document's, by the elements' names. A name that is not in
// it is read over by Installer like everything it does not know, so that one
// misspelled attribute is a setting that is not set.
type vocabulary map[string]element

// check notes what the document says beyond the vocabulary, each name once.
func (v vocabulary) check(s *scope, raw []byte) {
	w := vocabularyWalk{s: s, words: v, told: map[string]bool{}}
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := decoder.Token()
		if err != nil {
			if err != io.EOF {
				s.fail("not the XML it should be: %v", err)
			}
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			w.begin(t)
		case xml.CharData:
			w.text(t)
		case xml.EndElement:
			w.end()
		}
	}
}

// vocabularyWalk is one walk over one document.
type vocabularyWalk struct {
	s     *scope
	words vocabulary
	told  map[string]bool
	open  []openElement
}

type openElement struct {
	name   string
	text   []byte
	parent bool // it holds elements
}

func (w *vocabularyWalk) begin(t xml.StartElement) {
	if n := len(w.open); n > 0 {
		w.open[n-1].parent = true
	}
	name := t.Name.Local
	w.open = append(w.open, openElement{name: name})
	known, there := w.words[name]
	if !there {
		w.once(Note, name, "has an element <%s>, which Apple's tools do not write", name)
		return
	}
	for _, a := range t.Attr {
		pattern, there := known.attributes[a.Name.Local]
		switch {
		case !there:
			w.once(Note, name+" "+a.Name.Local, "has an attribute %q of <%s>, which Apple's tools do not write", a.Name.Local, name)
		case pattern != nil && !pattern.MatchString(strings.TrimSpace(a.Value)):
			w.once(Warn, name+" "+a.Name.Local, "has %s=%q in <%s>, which means nothing", a.Name.Local, a.Value, name)
		}
	}
}

// maxWord bounds what is kept of one element's text; what has a pattern is short.
const maxWord = 256

func (w *vocabularyWalk) text(t xml.CharData) {
	if n := len(w.open); n > 0 && len(w.open[n-1].text) < maxWord {
		w.open[n-1].text = append(w.open[n-1].text, bytes.TrimSpace(t[:min(len(t), maxWord)])...)
	}
}

func (w *vocabularyWalk) end() {
	n := len(w.open) - 1
	last := &w.open[n]
	text, known := string(last.text), w.words[last.name]
	switch {
	case last.parent && text != "" && !known.mixed:
		w.once(Note, last.name+" text", "has the text %q between the elements of <%s>", text, last.name)
	case !last.parent && known.text != nil && !known.text.MatchString(text):
		w.once(Note, last.name+" text", "has <%s> of %q, which means nothing", last.name, text)
	}
	w.open = w.open[:n]
}

func (w *vocabularyWalk) once(level Level, key, format string, args ...any) {
	if !w.told[key] {
		w.told[key] = true
		w.s.add(level, format, args...)
	}
}
