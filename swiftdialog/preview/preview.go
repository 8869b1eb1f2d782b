// Package preview draws a dialog as HTML, for people who review it, for the
// demo and for tests. It is close to what swiftDialog shows and claims no more.
//
// It knows Options and nothing of processes. Text goes in as Markdown and
// comes out escaped; the result has no script and no style of its own, so that
// it can stand in any page that serves Style.
package preview

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"os"

	"fleetmigrate/swiftdialog"
)

//go:embed preview.css
var style string

// Style is the style sheet that the fragments need.
func Style() string { return style }

//go:embed dialog.html
var source string

var dialog = template.Must(template.New("dialog").Parse(source))

// maxPicture is more than any picture of a dialog has.
const maxPicture = 4 << 20

// HTML draws one dialog. Pictures are read from their files and become part of
// it; a picture that can't be read leaves its place empty, as swiftDialog does.
func HTML(o swiftdialog.Options, dark bool) (string, error) {
	icon := o.Icon
	if dark && o.IconDark != "" {
		icon = o.IconDark
	}
	var out bytes.Buffer
	err := dialog.Execute(&out, map[string]any{
		"O": o, "Dark": dark, "Message": Markdown(o.Message), "Banner": picture(o.Banner), "Icon": picture(icon),
		"Disabled": o.Guard > 0,
	})
	if err != nil {
		return "", fmt.Errorf("drawing the dialog: %w", err)
	}
	return out.String(), nil
}

// picture is a file as a data URL; "" if it can't be one.
func picture(path string) template.URL {
	if path == "" {
		return ""
	}
	data, err := os.ReadFile(path)
	if err != nil || len(data) > maxPicture {
		return ""
	}
	kind := http.DetectContentType(data)
	if kind != "image/png" && kind != "image/jpeg" && kind != "image/gif" {
		return ""
	}
	return template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data))
}

// Page is a whole page around fragments, with the style inside. The language
// also chooses between the Chinese and the Japanese form of a character.
func Page(language, title, body string) string {
	return `<!doctype html><html lang="` + html.EscapeString(language) + `"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` +
		html.EscapeString(title) + `</title><style>` + style + `</style></head><body>` + body + `</body></html>`
}
