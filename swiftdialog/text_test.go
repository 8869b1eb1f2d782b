package swiftdialog_test

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/swiftdialog"
	standin "fleetmigrate/testdata/swiftdialog"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"Hello, wörld 👋":        "Hello, wörld 👋",
		"":                      "",
		" \t\n":                 "",
		"a\r\nb\rc":             "a\nb\nc",
		"a\tb":                  "a b",
		"a\x00b\x1b[31mc":       "ab[31mc",
		"a\u202eb\u2066c\u061c": "abc",
		"a\u2028b\u2029c":       "a\nb\nc",
		"a\xffb\ufffd":          "ab",
		"{HOME} and {serial}":   "(HOME) and (serial)",
		"{{HOME}} {a b} {1}":    "{(HOME)} {a b} {1}",
		"an :red[apple]":        "an : red [apple]",
		"- one\n- two":          "\u2011 one\n- two",
		"-":                     "\u2011",
		"README.md":             "README.md\u200a",
		"README.MD":             "README.MD\u200a",
		"none":                  "none\u200a",
		"None":                  "None\u200a",
		`C:\new`:                `C:\ new`,
		"a<br>b<hr>":            "a< br>b< hr>",
	} {
		require.Equal(t, want, swiftdialog.Text(in, 100), "%q", in)
	}
	require.Equal(t, "ab…", swiftdialog.Text("abcdef", 3))
}

// nasty are the pieces of which hostile texts are made.
var nasty = []string{"{", "}", "HOME", ":", "red", "[", "]", "-", ".md", "\\", "n", "<", "br", "hr", ">", "none", "+ ", "message: ", "progresstext: ", "quit:",
	"\n", "\r", "\u2028", "\x00", "\u202e", "\u00e9", "👋", "\xff", " "}

func hostile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(nasty), rapid.String()), 0, 12).Draw(t, "pieces"), "")
	})
}

func TestTextIsDoneOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := hostile().Draw(t, "text")
		once := swiftdialog.Text(in, 200)
		if twice := swiftdialog.Text(once, 300); strings.TrimRight(twice, "\u200a") != strings.TrimRight(once, "\u200a") {
			t.Fatalf("%q became %q and then %q", in, once, twice)
		}
	})
}

// Whatever texts say, the strict stand-in takes them, in the options and as
// updates, and then the window still does what it is told.
func TestAnyTextIsAccepted(t *testing.T) {
	few(t)
	b := newBox(t, "3.1.0")
	windows := 0
	rapid.Check(t, func(rt *rapid.T) {
		windows++
		last := fmt.Sprint("the last of window ", windows)
		o := swiftdialog.Options{Title: hostile().Draw(rt, "title"), Message: hostile().Draw(rt, "message"), Button1: hostile().Draw(rt, "button1"),
			Button2: hostile().Draw(rt, "button2"), InfoButton: hostile().Draw(rt, "info"), InfoText: hostile().Draw(rt, "infotext"),
			IconAlt: hostile().Draw(rt, "alt"), Progress: true, ProgressText: hostile().Draw(rt, "progress")}
		d, err := swiftdialog.New(swiftdialog.Config{Path: b.path, QuitGrace: eventually}).Show(t.Context(), o)
		require.NoError(t, err)
		for i := range 8 {
			_ = d.Update(swiftdialog.Update{Message: hostile().Draw(rt, "new"), ProgressText: hostile().Draw(rt, "new"), Button1: hostile().Draw(rt, strconv.Itoa(i))})
		}
		_ = d.Update(swiftdialog.Update{Message: last})
		tr := b.await(func(tr standin.Transcript) bool { return tr.Refused != "" || tr.Options["message"] == last })
		d.Stop()
		if r := d.Wait(); r.Code != 5 {
			rt.Fatalf("%+v, %+v", r, tr)
		}
	})
}

// few makes rapid try less often, where every try is a process.
func few(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	require.NoError(t, checks.Value.Set("20"))
	t.Cleanup(func() { require.NoError(t, checks.Value.Set(before)) })
}

func TestEscapeMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"Example Inc":                     `Example Inc`,
		"a\n\n# b":                        `a \# b`,
		"[x](https://evil.example)":       `\[x\]\(https\://evil\.example\)`,
		"![x](y) <script> `c` *d* _e_ ~f": `\!\[x\]\(y\) \<script\> \` + "`c\\`" + ` \*d\* \_e\_ \~f`,
		"{HOME} | &amp; 1. + -":           `\{HOME\} \| \&amp; 1\. \+ \-`,
	} {
		require.Equal(t, want, swiftdialog.EscapeMarkdown(in))
	}
}
