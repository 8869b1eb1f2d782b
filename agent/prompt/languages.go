package prompt

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
)

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
