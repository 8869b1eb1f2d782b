package swiftdialog_test

import (
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/browser"
)

//go:embed plain.js
var plainJS string

// apple stands for what JavaScript for Automation brings along, as far as the
// script uses it: a file reader, and displayDialog of the standard additions,
// which throws -128 when the cancel button is pressed.
const apple = `
globalThis.asked = {};
globalThis.ObjC = { import() {} };
globalThis.$ = { NSUTF8StringEncoding: 4,
  NSData: { dataWithContentsOfFile: (f) => f },
  NSString: { alloc: { initWithDataEncoding: (f) => ({ js: files[f] }) } } };
globalThis.Application = { currentApplication: () => ({
  activate() { asked.front = true },
  displayDialog(text, o) {
    Object.assign(asked, { text, ...o });
    const pressed = press(o);
    if (pressed === o.cancelButton || pressed === undefined) throw Object.assign(new Error("User canceled."), { errorNumber: -128 });
    return { buttonReturned: pressed };
  } }) };`

// TestPlainScript runs the very script that macOS gets, in another engine of
// JavaScript: the words arrive, and every button means what it says.
func TestPlainScript(t *testing.T) {
	type asked struct {
		Text, WithTitle, DefaultButton, CancelButton string
		Buttons                                      []string
		Front                                        bool
	}
	b := browser.New(t)
	b.Go("about:blank")
	run := func(say, press string) (button string, got asked) {
		t.Helper()
		quoted, err := json.Marshal(say)
		require.NoError(t, err)
		answer := browser.Eval[string](b, "(() => {"+apple+"globalThis.files = { say: "+string(quoted)+" }; globalThis.press = "+press+";"+
			plainJS+"; const answer = JSON.parse(run(['say'])); return JSON.stringify({ button: answer.button, asked }) })()")
		var parsed struct {
			Button string
			Asked  asked
		}
		require.NoError(t, json.Unmarshal([]byte(answer), &parsed))
		return parsed.Button, parsed.Asked
	}
	three := `{"title":"T","text":"Words","default":0,"cancel":1,"buttons":[{"label":"Start","means":"1"},{"label":"Later","means":"2"},{"label":"Contact","means":"info"}]}`
	button, got := run(three, "(o) => o.defaultButton")
	require.Equal(t, "1", button)
	require.Equal(t, asked{"Words", "T", "Start", "Later", []string{"Contact", "Later", "Start"}, true}, got)
	for press, want := range map[string]string{"() => 'Start'": "1", "() => 'Later'": "2", "() => 'Contact'": "info", "() => undefined": "2", "() => 'other'": ""} {
		button, _ = run(three, press)
		require.Equal(t, want, button, press)
	}
	button, got = run(`{"title":"","text":"Wait","default":-1,"cancel":0,"buttons":[{"label":"Close","means":"2"}]}`, "() => 'Close'")
	require.Equal(t, "2", button, "the only button of a progress window is no consent")
	require.Empty(t, got.DefaultButton)
	button, _ = run(`{"title":"","text":"Thanks","default":0,"cancel":-1,"buttons":[{"label":"OK","means":"1"}]}`, "() => undefined")
	require.Empty(t, button, "a session that ends presses nothing")
}
