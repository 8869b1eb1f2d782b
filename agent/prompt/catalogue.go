package prompt

import (
	"embed"
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// The catalogue: one file per language, every text under a stable id, which is
// also how IT names the text it overrides.
//
//go:embed texts/*.json
var files embed.FS

// Languages are the catalogue's, English first: it is what everybody else gets.
var Languages = []string{"en", "de", "es", "fr", "it", "ja", "ko", "nl", "pt-BR", "zh-Hans"}

// Match picks the first of a person's preferred languages that exists.
func Match(preferred []string) string {
	for _, want := range preferred {
		tag, err := language.Parse(strings.ReplaceAll(want, "_", "-"))
		if err != nil {
			continue
		}
		if _, i, confidence := matcher().Match(tag); confidence >= language.High {
			return Languages[i]
		}
	}
	return Languages[0]
}

var matcher = sync.OnceValue(func() language.Matcher {
	tags := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		tags[i] = language.MustParse(l)
	}
	return language.NewMatcher(tags)
})

// catalogue is read language by language, when one is needed.
var catalogues sync.Map // string to map[string]string

func catalogue(lang string) map[string]string {
	if c, ok := catalogues.Load(lang); ok {
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
	catalogues.Store(lang, texts)
	return texts
}

// words gives texts in one language, with IT's overrides.
type words struct {
	lang      string
	overrides map[string]map[string]string
}

// get is a text: IT's in this language, IT's in the language without its
// region, the catalogue's.
func (w words) get(id string) string {
	base, _, _ := strings.Cut(w.lang, "-")
	for _, lang := range []string{w.lang, base} {
		if s, ok := w.overrides[lang][id]; ok && s != "" {
			return s
		}
	}
	if s, ok := catalogue(w.lang)[id]; ok {
		return s
	}
	return catalogue(Languages[0])[id]
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

// count is a text in the plural form that n takes in this language.
func (w words) count(id string, n int) string {
	form := plural.Cardinal.MatchPlural(language.MustParse(w.lang), n, 0, 0, 0, 0)
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	name, ok := names[form]
	if !ok || w.get(id+"_"+name) == "" {
		name = "other"
	}
	return w.fill(id+"_"+name, "n", strconv.Itoa(n))
}

// MenuText names a text of the menu.
type MenuText string

// The texts of the menu.
const (
	MenuConnecting     MenuText = "menu_connecting"
	MenuOffline        MenuText = "menu_offline"
	MenuUnenrolling    MenuText = "menu_unenrolling"
	MenuWaitingADE     MenuText = "menu_waiting_ade"
	MenuWaitingManual  MenuText = "menu_waiting_manual"
	MenuAppleMigration MenuText = "menu_apple_migration"
	MenuNoToken        MenuText = "menu_no_token"
	MenuNoURL          MenuText = "menu_no_url"
	MenuNoDialog       MenuText = "menu_no_dialog"
	MenuPaused         MenuText = "menu_paused"
	MenuFailed         MenuText = "menu_failed"
	MenuMyDevice       MenuText = "menu_my_device"
	MenuAbout          MenuText = "menu_about"
)

// MenuWord is a text of the menu in a language that Match gave.
func MenuWord(lang string, id MenuText) string { return words{lang: lang}.get(string(id)) }
