package prompt_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog"
	standin "fleetmigrate/testdata/swiftdialog"
)

var update = flag.Bool("update", false, "write testdata/golden anew; read the difference before you commit it")

// profiles are the versions of swiftDialog that behave differently.
var profiles = []string{"2.4.2", "2.5.6", "3.1.0"}

// scenes are all moments of a language in light and dark, by name.
func scenes(lang string) map[string]prompt.Request {
	all := map[string]prompt.Request{}
	for _, appearance := range []string{"light", "dark"} {
		base := prompt.Request{Language: lang, Dark: appearance == "dark", Pictures: "/pictures", MacOS: 15,
			Logo: prompt.Logo{Light: "/logos/light.png", Dark: "/logos/dark.png", Aspect: 4}}
		for _, s := range prompt.Scenes(base) {
			all[s.ID+" "+appearance] = s.Request
		}
	}
	return all
}

// TestGolden holds every moment, in every language and appearance, against
// what was looked at and found good.
func TestGolden(t *testing.T) {
	for _, lang := range prompt.Languages {
		t.Run(lang, func(t *testing.T) {
			got := map[string]json.RawMessage{}
			for name, r := range scenes(lang) {
				data, err := prompt.Build(r).JSON(swiftdialog.Version{Major: 2, Minor: 5, Patch: 6})
				require.NoError(t, err)
				got[name] = data
			}
			data, err := json.MarshalIndent(got, "", "  ")
			require.NoError(t, err)
			file := filepath.Join("testdata", "golden", lang+".json")
			if *update {
				require.NoError(t, os.WriteFile(file, append(data, '\n'), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(data), "run go test ./agent/prompt -update, and read the difference")
		})
	}
}

// TestEveryVersionTakesThem gives the strict stand-in all of them.
func TestEveryVersionTakesThem(t *testing.T) {
	file := filepath.Join(t.TempDir(), "options.json")
	for _, profile := range profiles {
		version, err := swiftdialog.ParseVersion(profile)
		require.NoError(t, err)
		for _, lang := range prompt.Languages {
			for name, r := range scenes(lang) {
				data, err := prompt.Build(r).JSON(version)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(file, data, 0o600))
				require.NoError(t, standin.CheckFile(file, profile), "%s %s in %s", lang, name, profile)
			}
		}
	}
}

// TestNoTextStopsADialog holds that whatever IT writes, and whatever an
// organization is called, every version of swiftDialog takes the dialog.
func TestNoTextStopsADialog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "options.json")
	ids := slices.Sorted(maps.Keys(prompt.Texts("en")))
	nasty := []string{"-", "--title", "none", "None", ".md", "README.md", "{HOME}", "{org}", "{", "}", ":red[x]", `\n`, "\n", "\r", "\x00", "\u202e", " ", "**", "`", "<br>", "![x](y)", "ä", "世"}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 1, 6).Draw(t, "parts"), "")
		})
		base := prompt.Request{Language: rapid.SampledFrom(prompt.Languages).Draw(t, "language"), Pictures: "/pictures", OrgName: text.Draw(t, "org"),
			Overrides: map[string]map[string]string{}}
		base.Overrides[base.Language] = rapid.MapOfN(rapid.SampledFrom(ids), text, 1, len(ids)).Draw(t, "texts")
		profile := rapid.SampledFrom(profiles).Draw(t, "profile")
		version, err := swiftdialog.ParseVersion(profile)
		require.NoError(t, err)
		for _, s := range prompt.Scenes(base) {
			data, err := prompt.Build(s.Request).JSON(version)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, data, 0o600))
			require.NoError(t, standin.CheckFile(file, profile), "%s: %s", s.ID, data)
		}
	})
}
