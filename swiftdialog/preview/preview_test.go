package preview_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
	"fleetmigrate/swiftdialog/preview"
)

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"## Hi":                  "<h2>Hi</h2>",
		"a **b** c":              "<p>a <strong>b</strong> c</p>",
		"1. one\n2. two\n\nthen": "<ol><li>one</li><li>two</li></ol><p>then</p>",
		"`x < y`":                "<p><code>x &lt; y</code></p>",
		`\*\*not bold\*\*`:       "<p>**not bold**</p>",
		"[text](https://x)":      "<p><u>text</u></p>",
		"<script>":               "<p>&lt;script&gt;</p>",
	} {
		require.Equal(t, want, string(preview.Markdown(in)))
	}
}

// TestNothingGetsThrough draws hostile names: only the tags of this package come out.
func TestNothingGetsThrough(t *testing.T) {
	name := `"><img src=x onerror=alert(1)><script>alert(2)</script>[a](javascript:alert(3))`
	out, err := preview.HTML(swiftdialog.Options{Message: swiftdialog.EscapeMarkdown(name) + name, Button1: name, InfoButton: name, IconAlt: name, Title: name}, false)
	require.NoError(t, err)
	require.NotContains(t, out, "<script")
	require.NotContains(t, out, "<img")
	require.NotContains(t, out, "javascript:alert(3)\"")
	require.Equal(t, 2, strings.Count(out, "data-button="))
}
