package prompt

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
)

func TestTwelve(t *testing.T) {
	for _, tt := range []struct {
		r    Request
		want bool
	}{
		{Request{Language: "en"}, true},
		{Request{Language: "de"}, false},
		{Request{Language: "ko"}, true},
		{Request{Language: "en", Region: "DE"}, false},
		{Request{Language: "de", Region: "US"}, true},
		{Request{Language: "en", Languages: []string{"sv-SE", "en-GB"}}, false},
		{Request{Language: "zh-Hans", Languages: []string{"zh-Hans-TW"}}, true},
		{Request{Language: "es", Languages: []string{"es-419", "es-MX"}}, true},
		{Request{Language: "en", Languages: []string{"en-u-hc-h23"}}, true},
		{Request{Language: "en", Region: "US", Clock: "24"}, false},
		{Request{Language: "fr", Region: "FR", Clock: "12"}, true},
		{Request{Language: "en", Region: "C"}, false},
	} {
		require.Equal(t, tt.want, tt.r.twelve(), "%+v", tt.r)
	}
}

// TestClocksAreUnicodes holds the way of every region, and what every language
// makes of both, against the Unicode library of a browser.
func TestClocksAreUnicodes(t *testing.T) {
	page := filepath.Join(t.TempDir(), "empty.html")
	require.NoError(t, os.WriteFile(page, nil, 0o600))
	b := browser.New(t)
	b.Go("file://" + page)
	ways := browser.Eval[map[string]string](b, `Object.fromEntries([...Array(676).keys()].map(i => String.fromCharCode(65 + i / 26, 65 + i % 26))
		.filter(r => new Intl.DisplayNames("en", {type: "region", fallback: "none"}).of(r) && new Intl.Locale("und-" + r).maximize().language != "und"
			&& new Intl.Locale("und-" + r).region == r).map(r => [r, new Intl.Locale("und-" + r).getHourCycles()[0]]))`)
	require.Greater(t, len(ways), 230)
	for region, way := range ways {
		if region == "ZZ" || region == "EH" {
			continue // no place at all; and one that CLDR knows in one of two tables only
		}
		require.Equal(t, way == "h12", Request{Language: "de", Region: region}.twelve(), region)
	}
	for _, lang := range Languages {
		tag, err := json.Marshal(lang)
		require.NoError(t, err)
		for cycle, twelve := range map[string]bool{"h12": true, "h23": false} {
			want := browser.Eval[string](b, fmt.Sprintf(`new Intl.DateTimeFormat(%s, {hour: "numeric", minute: "2-digit", hourCycle: %q, timeZone: "UTC"})
				.format(Date.UTC(2026, 0, 5, 15, 4)).replace("p. m.", "p.m.").replace("\u202f", " ")`, tag, cycle))
			got := words{lang: lang, twelve: twelve}.clock(time.Date(2026, 1, 5, 15, 4, 0, 0, time.UTC))
			switch {
			case lang == "de" && !twelve:
				want += " Uhr"
			case lang == "nl" && !twelve:
				want += " uur"
			}
			require.Equal(t, want, got, lang)
		}
	}
}
