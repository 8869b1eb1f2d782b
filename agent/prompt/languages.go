package prompt

import "strings"

// Languages are the catalog's, English first: it is what everybody else gets.
var Languages = []string{"en", "de", "es", "fr", "it", "ja", "ko", "nl", "pt-BR", "zh-Hans"}

// readers are languages whose speakers read one of ours, after the Unicode
// CLDR, by their two or three letters. The library that knows this of every
// language is a large part of a small program; a test holds the list against
// it.
var readers = map[string]string{
	"en": "en", "de": "de", "es": "es", "fr": "fr", "it": "it", "ja": "ja", "ko": "ko", "nl": "nl", "pt": "pt-BR", "zh": "zh-Hans",
	"deu": "de", "ger": "de", "fre": "fr", "dut": "nl", "chi": "zh-Hans", "cmn": "zh-Hans",
	"gsw": "de", "lb": "de", "rm": "de", "af": "nl", "fy": "nl", "la": "it",
	"ay": "es", "baq": "es", "eu": "es", "gl": "es", "gn": "es", "qu": "es",
	"br": "fr", "co": "fr", "crs": "fr", "ht": "fr", "kg": "fr", "ln": "fr", "lua": "fr", "mg": "fr", "oc": "fr", "rw": "fr", "wo": "fr",
}

// scripts are the letters that ours are written in, where a tag names any.
var scripts = map[string]string{"ja": "jpan", "ko": "kore", "zh-Hans": "hans"}

// Match picks the first of a person's preferred languages that exists.
func Match(preferred []string) string {
	for _, want := range preferred {
		if lang := match(want); lang != "" {
			return lang
		}
	}
	return Languages[0]
}

// match reads one tag, "de-AT" or "zh-Hans-CN": language, script, region.
func match(tag string) string {
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	lang := readers[parts[0]]
	for _, part := range parts[1:] {
		switch {
		case len(part) <= 1: // an extension, or something that is no tag
			if part == "" {
				return ""
			}
			return lang
		case len(part) == 4 && part[0] > '9' && part != orLatin(scripts[lang]):
			return "" // other letters are no match
		case lang == "zh-Hans" && len(parts) == 2 && (part == "tw" || part == "hk" || part == "mo"):
			return "" // written in the other letters
		}
	}
	return lang
}

func orLatin(script string) string {
	if script == "" {
		return "latn"
	}
	return script
}
