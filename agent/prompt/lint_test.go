package prompt

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/swiftdialog"
)

func TestLint(t *testing.T) {
	for _, tt := range []struct{ id, text, rule string }{
		{"start", "Los geht's", ""},
		{"ade", "{org} zieht um.\n\n- ein Punkt", ""},
		{"deferrals_many", "Noch {n} Mal", ""},
		{"time_format_24", "15.04", ""},
		{"half_days", "früh spät", ""},
		{"start", "- Los", "dash"},
		{"offline", "Siehe README.md", "file"},
		{"later", "None", "keyword"},
		{"done", "gut :red[fertig]", "color"},
		{"done", `eins\nzwei`, "escape"},
		{"done", "![](https://example.com/x.png)", "image"},
		{"done", "eins<br>zwei", "html"},
		{"done", "eins\u202ezwei", "characters"},
		{"ade", "{HOME} zieht um", "placeholder"},
		{"ade", "{ org } zieht um", "placeholder"},
		{"ade", "offen { geblieben", "placeholder"},
		{"returns", "Kommt wieder.", "placeholder"},
		{"done", "**fett", "emphasis"},
		{"later", "   ", "empty"},
		{"later", strings.Repeat("ä", 45), "length"},
		{"heading", strings.Repeat("ä", 91), "length"},
		{"done", strings.Repeat("ä", 901), "length"},
		{"date_format", "TT.MM.JJJJ", "format"},
		{"weekdays", "Mo Di Mi", "format"},
		{"months", "Januar", "format"},
		{"half_days", "vormittags", "format"},
		{"time_format_12", "12 Uhr", "format"},
		{"time_format_12", "3:04", "format"},
		{"date_format", "January 2006", "format"},
		{"start", "Los\ngeht’s", "line"},
		{"menu_about", "Über\nuns", "line"},
		{"heading", "Umzug\n# mehr", "line"},
		{"done", "Fragen? [Hier](https://it.example.com)", ""},
		{"done", "Fragen? [Hier](mailto:it@example.com)", ""},
		{"done", "Fragen? [Hier](javascript:alert(1))", "link"},
		{"done", "Fragen? [Hier](file:///etc/passwd)", "link"},
		{"strat", "Los", "id"},
		{"deferrals_lots", "{n}", "id"},
	} {
		found := Lint(map[string]map[string]string{"de": {tt.id: tt.text}})
		if tt.rule == "" {
			require.Empty(t, found, tt.text)
			continue
		}
		require.Len(t, found, 1, "%s: %s", tt.id, tt.text)
		require.Equal(t, tt.rule, found[0].Rule, tt.text)
		require.Equal(t, tt.id, found[0].ID)
	}
	require.Contains(t, Lint(map[string]map[string]string{"de": {"strat": "Los"}})[0].Problem, "start")
	require.Equal(t, "language", Lint(map[string]map[string]string{"sv": {"start": "Kör"}})[0].Rule)
	require.Empty(t, Lint(map[string]map[string]string{"pt": {"start": "Vamos"}, "zh-Hans": {"start": "走"}}))
}

// TestWhatLintPassesIsShownAsItStands holds the two lists of swiftDialog's
// traps against each other: what package swiftdialog would change in a text,
// lint has a word about.
func TestWhatLintPassesIsShownAsItStands(t *testing.T) {
	ids := slices.Sorted(maps.Keys(catalog("en")))
	parts := []string{"-", "--title", "none", "None", ".md", ".MD", "{HOME}", "{org}", "{time}", "{", "}", ":red[x]", ":a1[x]", `\n`, `\\n`, "\n", "\r", "\r\n", "\t", "\x00", "\u202e",
		"\u200f", "\u2028", "\ufeff", "\ufffd", " ", "**", "`", "<br>", "<hr>", "<BR>", "![x](y)", "ä", "世", "\u00a0", "\u200b", "+ ", "message: ", "a"}
	filled := strings.NewReplacer("{org}", "Acme", "{time}", "9:00", "{date}", "today", "{day}", "Tuesday", "{n}", "3", "{code}", "M-1", "{place}", "here", "{diagnostic}", "line",
		"\r\n", "\n", "\r", "\n", "\u2028", "\n", "\t", " ") // line breaks are line breaks
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom(ids).Draw(t, "id")
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 5).Draw(t, "parts"), "")
		if len(Lint(map[string]map[string]string{"en": {id: text}})) > 0 {
			return
		}
		text = filled.Replace(text)
		require.Equal(t, text, swiftdialog.Text(text, lengthOf(id)+maxName), "%s: %q", id, text)
	})
}
