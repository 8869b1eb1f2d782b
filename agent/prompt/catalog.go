package prompt

import (
	"embed"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"sync"
)

// The catalog: one file per language, every text under a stable id, which is
// also how IT names the text it overrides.
//
//go:embed texts/*.json
var files embed.FS

// catalogs are read language by language, when one is needed.
var catalogs sync.Map // string to map[string]string

func catalog(lang string) map[string]string {
	if c, ok := catalogs.Load(lang); ok {
		return c.(map[string]string)
	}
	texts := map[string]string{}
	data, err := files.ReadFile("texts/" + lang + ".json")
	if err == nil {
		err = json.Unmarshal(data, &texts)
	}
	if err != nil {
		panic("prompt: the built-in texts of " + lang + " can't be read: " + err.Error()) // a test reads them all
	}
	catalogs.Store(lang, texts)
	return texts
}

// Texts are the built-in texts of a language, by id: where IT begins who wants
// other words.
func Texts(lang string) map[string]string { return maps.Clone(catalog(lang)) }

// words gives texts in one language, with IT's overrides.
type words struct {
	lang      string
	overrides map[string]map[string]string
	twelve    bool // hours are counted to twelve
}

// get is a text: IT's in this language, IT's in the language without its
// region, the catalog's.
func (w words) get(id string) string {
	base, _, _ := strings.Cut(w.lang, "-")
	for _, lang := range []string{w.lang, base} {
		if s := w.overrides[lang][id]; strings.TrimSpace(s) != "" && badFormat(id, s, "") == "" {
			return label(id, s)
		}
	}
	if s, ok := catalog(w.lang)[id]; ok {
		return s
	}
	return catalog(Languages[0])[id]
}

// label keeps a text on one line where there is room for one only.
func label(id, text string) string {
	if lengthOf(id) == longestMessage {
		return text
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// fill is a text with its placeholders filled in: name, value, name, value.
func (w words) fill(id string, pairs ...string) string {
	named := make([]string, len(pairs))
	for i := range pairs {
		named[i] = pairs[i]
		if i%2 == 0 {
			named[i] = "{" + pairs[i] + "}"
		}
	}
	return strings.NewReplacer(named...).Replace(w.get(id))
}

// forms are the names of the plural forms, as they end the ids of texts.
var forms = []string{"zero", "one", "two", "few", "many", "other"}

// plural is the form that a whole number takes, by the rules of the Unicode
// CLDR. The library that has them for every language is a large part of a small
// program; a test holds these against it.
func plural(lang string, n int) string {
	switch lang {
	case "en", "de", "nl", "es", "it":
		if n == 1 {
			return "one"
		}
	case "fr", "pt-BR":
		if n == 0 || n == 1 {
			return "one"
		}
	}
	return "other"
}

// count is a text in the plural form that n takes in this language.
func (w words) count(id string, n int) string {
	return w.fill(id+"_"+plural(w.lang, n), "n", strconv.Itoa(n))
}
