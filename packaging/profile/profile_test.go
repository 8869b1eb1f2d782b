package profile_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"howett.net/plist"

	"fleetmigrate/packaging/profile"
)

// all has a setting of every kind.
var all = []profile.Setting{
	{Domain: "com.example.a", Key: "URL", Kind: profile.Text, Title: "Server", Help: "Where it is & how.", Example: "https://x"},
	{Domain: "com.example.a", Key: "Secret", Kind: profile.Text, Secret: true},
	{Domain: "com.example.b", Key: "On", Kind: profile.Boolean, Default: "true"},
	{Domain: "com.example.b", Key: "Times", Kind: profile.Integer, Default: "3"},
	{Domain: "com.example.b", Key: "Wait", Kind: profile.Duration, Default: "15m"},
	{Domain: "com.example.b", Key: "Until", Kind: profile.Time},
	{Domain: "com.example.b", Key: "From", Kind: profile.Choice, Choices: []string{"never", "forced"}, Default: "never"},
	{Domain: "com.example.b", Key: "Hosts", Kind: profile.List},
	{Domain: "com.example.b", Key: "Texts", Kind: profile.Texts},
}

func values(texts ...string) []profile.Value {
	var out []profile.Value
	for i, text := range texts {
		out = append(out, profile.Value{Setting: all[i], Text: text})
	}
	return out
}

func decoded(t *testing.T, raw []byte, err error) map[string]any {
	t.Helper()
	require.NoError(t, err)
	var out map[string]any
	_, err = plist.Unmarshal(raw, &out)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "profile")
	require.NoError(t, os.WriteFile(file, raw, 0o600))
	said, err := exec.Command("plistutil", "-i", file, "-o", filepath.Join(t.TempDir(), "out")).CombinedOutput()
	require.NoError(t, err, string(said))
	return out
}

func TestSettingsHaveTheirTypes(t *testing.T) {
	given := values("https://x.example.com", "s<3cret", "false", "5", "1h", "2027-03-01T17:00:00Z", "forced", "a, b", `{"en":{"start":"Go"}}`)
	raw, err := profile.Settings(given)
	got := decoded(t, raw, err)
	content := got["PayloadContent"].([]any)
	require.Len(t, content, 2, "one payload per domain")
	first, second := content[0].(map[string]any), content[1].(map[string]any)
	require.Equal(t, "com.example.a", first["PayloadType"], "its type is the domain")
	require.Equal(t, "s<3cret", first["Secret"])
	for key, want := range map[string]any{
		"On": false, "Times": uint64(5), "Wait": "1h", "Until": time.Date(2027, 3, 1, 17, 0, 0, 0, time.UTC), "From": "forced",
		"Hosts": []any{"a", "b"}, "Texts": map[string]any{"en": map[string]any{"start": "Go"}},
	} {
		require.Equal(t, want, second[key], key)
	}
	require.Equal(t, "System", got["PayloadScope"])

	again, err := profile.Settings(given)
	require.NoError(t, err)
	require.Equal(t, raw, again, "the same values, the same profile")
	given[3].Text = "6"
	changed, err := profile.Settings(given)
	other := decoded(t, changed, err)
	require.NotEqual(t, got["PayloadUUID"], other["PayloadUUID"], "MDM must see that it changed")
	require.Equal(t, got["PayloadIdentifier"], other["PayloadIdentifier"], "and replace the one from before")
	require.Equal(t, first["PayloadUUID"], other["PayloadContent"].([]any)[0].(map[string]any)["PayloadUUID"])
}

func TestAValueOfTheWrongKind(t *testing.T) {
	for _, v := range []profile.Value{{Setting: all[2], Text: "perhaps"}, {Setting: all[3], Text: "few"}, {Setting: all[5], Text: "soon"}, {Setting: all[8], Text: "{"}} {
		_, err := profile.Settings([]profile.Value{v})
		require.ErrorContains(t, err, v.Key+" cannot be a "+string(v.Kind))
	}
	secret := profile.Value{Setting: profile.Setting{Key: "PIN", Kind: profile.Integer, Secret: true}, Text: "canary"}
	_, err := profile.Settings([]profile.Value{secret})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "canary")
}

func TestFixedProfiles(t *testing.T) {
	raw, err := profile.LoginItems("com.example.")
	items := decoded(t, raw, err)["PayloadContent"].([]any)
	require.Equal(t, "com.apple.servicemanagement", items[0].(map[string]any)["PayloadType"])
	require.Equal(t, []any{map[string]any{"RuleType": "LabelPrefix", "RuleValue": "com.example.", "Comment": "Migrate to Fleet"}}, items[0].(map[string]any)["Rules"])
	raw, err = profile.Notifications("com.example.one", "com.example.two")
	settings := decoded(t, raw, err)["PayloadContent"].([]any)[0].(map[string]any)["NotificationSettings"].([]any)
	require.Len(t, settings, 2)
	require.Equal(t, true, settings[1].(map[string]any)["NotificationsEnabled"])
}

func TestManifestsOfferEverySetting(t *testing.T) {
	raw, err := profile.Manifest("com.example.b", "Example", time.Unix(0, 0), all[2:])
	manifest := decoded(t, raw, err)
	types := map[string]any{}
	for _, k := range manifest["pfm_subkeys"].([]any) {
		types[k.(map[string]any)["pfm_name"].(string)] = k.(map[string]any)["pfm_type"]
	}
	for key, want := range map[string]string{"PayloadUUID": "string", "On": "boolean", "Times": "integer", "Wait": "string", "Until": "date", "From": "string", "Hosts": "array", "Texts": "dictionary"} {
		require.Equal(t, want, types[key], key)
	}

	raw, err = profile.JamfSchema("com.example.b", "Example", all[2:])
	require.NoError(t, err)
	var schema struct {
		Domain     string `json:"__preferencedomain"`
		Properties map[string]struct {
			Type    string
			Default any
			Enum    []string
			Order   int `json:"property_order"`
		}
	}
	require.NoError(t, json.Unmarshal(raw, &schema))
	require.Equal(t, "com.example.b", schema.Domain)
	require.Len(t, schema.Properties, 7)
	require.Equal(t, true, schema.Properties["On"].Default)
	require.Equal(t, 3.0, schema.Properties["Times"].Default)
	require.Equal(t, []string{"never", "forced"}, schema.Properties["From"].Enum)
	require.Less(t, schema.Properties["On"].Order, schema.Properties["Texts"].Order)

	for _, bad := range []profile.Setting{{Key: "Bad", Kind: profile.Boolean, Default: "perhaps"}} {
		_, err = profile.JamfSchema("d", "t", []profile.Setting{bad})
		require.ErrorContains(t, err, "default of Bad")
		_, err = profile.Manifest("d", "t", time.Unix(0, 0), []profile.Setting{bad})
		require.ErrorContains(t, err, "default of Bad")
	}
}
