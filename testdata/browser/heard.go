package browser

import (
	"encoding/json"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Heard is what a screen reader is told of the page: one line for each thing
// with a name, as `role "name"`, then ": description" and the states that hold.
func (b *Tab) Heard() (lines []string) {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	require.NoError(b.t, err)
	for _, n := range tree.Nodes {
		if n.Ignored || said(n.Name) == "" || said(n.Role) == "StaticText" || said(n.Role) == "InlineTextBox" {
			continue
		}
		line := said(n.Role) + ` "` + said(n.Name) + `"`
		if description := said(n.Description); description != "" {
			line += ": " + description
		}
		lines = append(lines, line+states(n.Properties))
	}
	return lines
}

// heardStates are the states that change what a person can do.
var heardStates = map[accessibility.PropertyName]bool{"checked": true, "disabled": true, "invalid": true, "expanded": true, "modal": true}

func states(properties []*accessibility.Property) (text string) {
	for _, p := range properties {
		if value := said(p.Value); heardStates[p.Name] && value != "false" && value != "" {
			text += ", " + string(p.Name)
		}
	}
	return text
}

// said is the value as text, with single spaces.
func said(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var value any
	if json.Unmarshal(v.Value, &value) != nil {
		return ""
	}
	switch value := value.(type) {
	case string:
		return strings.Join(strings.Fields(value), " ")
	case bool:
		if value {
			return "true"
		}
	}
	return ""
}
