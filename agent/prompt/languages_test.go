package prompt

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/it"
	"github.com/go-playground/locales/ja"
	"github.com/go-playground/locales/ko"
	"github.com/go-playground/locales/nl"
	"github.com/go-playground/locales/pt_BR"
	"github.com/go-playground/locales/zh_Hans"
	"github.com/stretchr/testify/require"
	plurals "golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// TestEveryLanguageHasEveryText holds each catalog against the English one
// and against the rules that IT's own texts have to keep.
func TestEveryLanguageHasEveryText(t *testing.T) {
	for _, lang := range Languages {
		t.Run(lang, func(t *testing.T) {
			texts := catalog(lang)
			require.Empty(t, Lint(map[string]map[string]string{lang: texts}))
			for id := range catalog("en") {
				if base, ok := strings.CutSuffix(id, "_one"); !ok || needs(lang, "one") {
					require.Contains(t, texts, id)
				} else {
					require.Contains(t, texts, base+"_other")
				}
			}
			for _, form := range forms {
				for _, counted := range []string{"deferrals_", "minutes_", "hours_"} {
					require.Equal(t, needs(lang, form), texts[counted+form] != "", "the plural form %s", counted+form)
				}
			}
		})
	}
}

// needs asks whether some number takes a form.
func needs(lang, form string) bool {
	return slices.ContainsFunc([]int{0, 1, 2, 3, 5, 11, 21, 100, 1_000_000}, func(n int) bool {
		return plural(lang, n) == form
	})
}

// TestNothingIsLeftInEnglish finds texts that a translator overlooked.
func TestNothingIsLeftInEnglish(t *testing.T) {
	same := []string{"ok", "menu_offline", "menu_my_device", "time_format_12", "time_format_24", "half_days", "heading_about", "start", "later", "minutes_other"}
	for _, lang := range Languages[1:] {
		for id, text := range catalog(lang) {
			if text == catalog("en")[id] {
				require.Contains(t, same, id, "%s: %s", lang, text)
			}
		}
	}
}

// TestPunctuationIsTheLanguages: marks of another language are what a reader
// sees first.
func TestPunctuationIsTheLanguages(t *testing.T) {
	for _, tt := range []struct{ lang, wrong, why string }{
		{"fr", `[^\x{a0}\x{202f}\d][:;!?]|'|"`, "a narrow space that does not break stands before ; ! ? and one before a colon"},
		{"es", `^[^¿]*\?|^[^¡]*!`, "questions and exclamations are opened too"},
		{"ja", `[\p{Han}\p{Hiragana}\p{Katakana}][,.:;!?]`, "marks are full-width"},
		{"zh-Hans", `\p{Han}[,.:;!?]`, "marks are full-width"},
		{"de", `"|'|“[^„]*“|\d%`, "quotation marks are „these“"},
		{"it", `'|"`, "the apostrophe is ’"},
		{"nl", `'|"`, "the apostrophe is ’"},
		{"pt-BR", `'|"`, "quotation marks are “these”"},
		{"ko", `[。、，]`, "marks are Western"},
	} {
		wrong := regexp.MustCompile(tt.wrong)
		for id, text := range catalog(tt.lang) {
			if !strings.HasPrefix(id, "time_format") {
				require.NotRegexp(t, wrong, text, "%s %s: %s", tt.lang, id, tt.why)
			}
		}
	}
}

func TestNoLanguageIsOverlooked(t *testing.T) {
	entries, err := files.ReadDir("texts")
	require.NoError(t, err)
	require.Len(t, entries, len(Languages))
	for _, e := range entries {
		require.Contains(t, Languages, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
}

func TestMatch(t *testing.T) {
	for want, preferred := range map[string][]string{
		"de":      {"de-AT", "en"},
		"fr":      {"fr-CA", "en-CA"},
		"en":      {"en-GB", "de"},
		"ja":      {"sv-SE", "ja-JP"}, // the first that exists
		"zh-Hans": {"zh-Hans-CN"},
		"pt-BR":   {"pt_BR"},
		"es":      {"es-419"},
		"nl":      {"not a language", "nl-BE"},
		"ko":      {"zh-Hant-TW", "ko-KR"}, // other letters are no match
	} {
		require.Equal(t, want, Match(preferred), preferred)
	}
	require.Equal(t, "en", Match(nil))
	require.Equal(t, "en", Match([]string{"sv", "pl"}))
}

// TestMatchIsUnicodes holds every language that the Unicode library knows, and
// what a Mac puts into its list of languages, against that library.
func TestMatchIsUnicodes(t *testing.T) {
	tags := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		tags[i] = language.MustParse(l)
	}
	matcher := language.NewMatcher(tags)
	wants := []string{"zh-Hans", "zh-Hant", "zh-Hant-CN", "zh-Hans-TW", "zh-Hans-US", "zh-CN", "zh-SG", "zh-TW", "zh-HK", "zh-MO", "ja-Latn", "ja-Jpan",
		"ko-Kore", "de-Latn", "de-Cyrl", "de-1901", "de-x-formal", "de-DE-u-co-phonebk", "en-US-POSIX", "pt-PT", "es-419", "es-Latn-419", "DE-de", "de-", "d", "C"}
	for _, base := range language.Supported.BaseLanguages() {
		wants = append(wants, base.String())
	}
	for _, region := range language.Supported.Regions() {
		for _, l := range []string{"en", "de", "es", "fr", "it", "ja", "ko", "nl", "pt"} {
			wants = append(wants, l+"-"+region.String())
		}
	}
	for _, want := range wants {
		expected := Languages[0]
		if tag, err := language.Parse(want); err == nil {
			if _, i, confidence := matcher.Match(tag); confidence >= language.High {
				expected = Languages[i]
			}
		}
		require.Equal(t, expected, Match([]string{want}), want)
	}
}

// TestPluralsAreUnicodes holds the forms of numbers against that library.
func TestPluralsAreUnicodes(t *testing.T) {
	names := map[plurals.Form]string{plurals.Zero: "zero", plurals.One: "one", plurals.Two: "two", plurals.Few: "few", plurals.Many: "many", plurals.Other: "other"}
	for _, lang := range Languages {
		tag := language.MustParse(lang)
		for _, from := range []int{0, 999_990, 1_999_990} {
			for n := from; n < from+1000; n++ {
				require.Equal(t, names[plurals.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)], plural(lang, n), "%s %d", lang, n)
			}
		}
	}
}

// TestDatesAreWrittenAsUnicodeSays holds every day of two years against a
// library made from the Unicode CLDR.
func TestDatesAreWrittenAsUnicodeSays(t *testing.T) {
	all := map[string]locales.Translator{"en": en.New(), "de": de.New(), "es": es.New(), "fr": fr.New(), "it": it.New(), "ja": ja.New(),
		"ko": ko.New(), "nl": nl.New(), "pt-BR": pt_BR.New(), "zh-Hans": zh_Hans.New()}
	for _, lang := range Languages {
		for day := time.Date(2026, 1, 1, 15, 4, 0, 0, time.UTC); day.Year() < 2028; day = day.AddDate(0, 0, 1) {
			require.Equal(t, all[lang].FmtDateFull(day), words{lang: lang}.date(day), lang)
		}
	}
}

func TestAfter(t *testing.T) {
	for _, tt := range []struct {
		lang string
		d    time.Duration
		want string
	}{
		{"en", 15 * time.Minute, "15 minutes"},
		{"en", time.Second, "one minute"},
		{"en", 90 * time.Minute, "90 minutes"},
		{"en", time.Hour, "one hour"},
		{"de", 24 * time.Hour, "24 Stunden"},
		{"fr", time.Hour, "1 heure"},
		{"ja", 20 * time.Minute, "20 分"},
	} {
		require.Equal(t, tt.want, words{lang: tt.lang}.after(tt.d))
	}
}

func TestDeferralsAreCounted(t *testing.T) {
	for _, tt := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 1, "You can put this off one more time."},
		{"en", 3, "You can put this off 3 more times."},
		{"fr", 1, "Vous pouvez reporter encore 1 fois."},
		{"es", 1_000_000, "Puedes aplazarlo 1000000 veces más."},
		{"ja", 1, "あと 1 回延期できます。"},
	} {
		require.Equal(t, tt.want, words{lang: tt.lang}.count("deferrals", tt.n))
	}
}

func TestOverrides(t *testing.T) {
	w := words{lang: "pt-BR", overrides: map[string]map[string]string{"pt": {"start": "Vamos", "later": "Depois"}, "pt-BR": {"later": "Mais tarde"}, "de": {"ok": "Gut"}}}
	require.Equal(t, "Vamos", w.get("start"), "without its region")
	require.Equal(t, "Mais tarde", w.get("later"), "the nearest first")
	require.Equal(t, "OK", w.get("ok"))
}

// TestAnOverrideIsMadeSafe: what would be nonsense on the screen gives way to
// the built-in text; a label stays one line.
func TestAnOverrideIsMadeSafe(t *testing.T) {
	own := map[string]map[string]string{"de": {"date_format": "TT.MM.JJJJ", "time_format_24": "15.04", "weekdays": "Mo Di", "start": "Los\ngeht’s", "done": "a\nb"}}
	w := words{lang: "de", overrides: own}
	require.Equal(t, "Monday, 2. January 2006", w.get("date_format"))
	require.Equal(t, "15.04", w.get("time_format_24"))
	require.Len(t, strings.Fields(w.get("weekdays")), 7)
	require.Equal(t, "Los geht’s", w.get("start"))
	require.Equal(t, "a\nb", w.get("done"))
	require.Equal(t, "Offline!", MenuWord("de", MenuOffline, map[string]map[string]string{"de": {"menu_offline": "Offline!"}}))
	require.Equal(t, "Offline", MenuWord("de", MenuOffline, map[string]map[string]string{"de": {"menu_offline": " "}}))
	require.LessOrEqual(t, len(MenuWord("de", MenuOffline, map[string]map[string]string{"de": {"menu_offline": strings.Repeat("x", 9000)}})), 300)
}
