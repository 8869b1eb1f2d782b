package standin_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	standin "fleetmigrate/testdata/swiftdialog"
)

// The tests run the stand-in inside this process, whose environment must not
// hold what a real window's must not.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "dialog" { // the launcher's double, as which the tests run this program
		os.Exit(standin.LaunchMain(os.Args, os.Stdout, os.Stderr))
	}
	path := os.Getenv("PATH")
	os.Clearenv()
	os.Setenv("PATH", path)
	os.Exit(m.Run())
}

// box is an installed stand-in.
type box struct {
	t       *testing.T
	dir     string
	path    string
	control standin.Control
}

func newBox(t *testing.T, profile string, ends ...standin.End) *box {
	t.Helper()
	b := &box{t: t, dir: t.TempDir()}
	b.control = standin.Control{Profile: profile, Ends: ends, Dir: filepath.Join(b.dir, "windows")}
	binary := filepath.Join(b.dir, "binary")
	require.NoError(t, os.WriteFile(binary, nil, 0o755))
	var err error
	b.path, err = standin.Install(b.dir, binary, b.control)
	require.NoError(t, err)
	return b
}

// run gives what a window came to.
func (b *box) run(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = standin.Main(append([]string{b.path}, args...), &out, &errs)
	return code, out.String(), errs.String()
}

func (b *box) write(name, content string) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	require.NoError(b.t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// options writes a JSON file that is right but for the changes.
func (b *box) options(change map[string]any) string {
	b.t.Helper()
	m := map[string]any{"json": true, "title": "A title", "message": "A message", "button1text": "Start", "icon": "none", "messagefont": "size=16"}
	for k, v := range change {
		m[k] = v
	}
	data, err := json.Marshal(m)
	require.NoError(b.t, err)
	return b.write("options.json", string(data))
}

func (b *box) args(options string) []string {
	return []string{"--jsonfile", options, "--commandfile", filepath.Join(b.dir, "commands"), "--pid", "1"}
}

func (b *box) transcript() standin.Transcript {
	b.t.Helper()
	all, err := standin.Transcripts(b.control.Dir)
	require.NoError(b.t, err)
	require.NotEmpty(b.t, all)
	return all[len(all)-1]
}

const profiles25 = "2.5.6"

// What the real one would drop, mangle or ignore in its arguments ends with 97.
func TestArgumentsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		profile string
		args    []string
		says    string
	}{
		"unknown flag":     {profiles25, []string{"--forceontop"}, "does not exist"},
		"wrong case":       {profiles25, []string{"--OnTop"}, "does not exist"},
		"equals sign":      {profiles25, []string{"--width=400"}, "no --name=value"},
		"short name":       {profiles25, []string{"-o"}, "stray"},
		"bare dash":        {profiles25, []string{"-"}, "switches every flag"},
		"terminator":       {profiles25, []string{"--"}, "does not exist"},
		"empty":            {profiles25, []string{""}, "empty argument"},
		"blank":            {profiles25, []string{" \t"}, "empty argument"},
		"stray":            {profiles25, []string{"--ontop", "true"}, "stray"},
		"one letter":       {"3.1.0", []string{"--ontop", "x"}, "stray"},
		"no value":         {profiles25, []string{"--width"}, "no value"},
		"empty value":      {profiles25, []string{"--width", ""}, "empty value"},
		"dash value":       {profiles25, []string{"--jsonfile", "- a list"}, "begins with a dash"},
		"flag as value":    {profiles25, []string{"--jsonfile", "--ontop"}, "begins with a dash"},
		"markdown file":    {profiles25, []string{"--jsonfile", "README.MD"}, "ends in .md"},
		"twice":            {profiles25, []string{"--width", "1", "--width", "2"}, "stands twice"},
		"device page":      {profiles25, []string{"--infobuttonaction", "https://f.example.com/device/abc"}, "looks like a secret"},
		"a token":          {profiles25, []string{"--infobuttonaction", "8b1f9e5c-0000-4000-8000-00000000cafe"}, "looks like a secret"},
		"text of a person": {profiles25, []string{"--message", "Hello"}, "stands in the argument list"},
		"path with space":  {profiles25, []string{"--commandfile", "/a b/c"}, "has a space"},
		"lines of JSON":    {profiles25, []string{"--jsonstring", "{\n}"}, "one line only"},
		"too young a flag": {"2.4.2", []string{"--appearance", "dark"}, "is from 2.5.1"},
		"inert from 3":     {"3.0.1", []string{"--hidedefaultkeyboardaction"}, "does nothing"},
		"inert always":     {"2.4.2", []string{"--button2action", "https://x.example.com"}, "does nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, c.profile)
			code, stdout, stderr := b.run(c.args...)
			require.Equal(t, 97, code, stderr)
			require.Contains(t, stderr, c.says)
			require.Empty(t, stdout)
			require.Contains(t, b.transcript().Refused, c.says)
		})
	}
}

func TestJSONThatIsRefused(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "p.png")
	require.NoError(t, os.WriteFile(picture, []byte("x"), 0o600))
	type m = map[string]any
	for name, c := range map[string]struct {
		profile string
		change  m
		says    string
	}{
		"unknown key":       {profiles25, m{"forceontop": true}, "does not exist"},
		"false":             {profiles25, m{"ontop": false}, "counts as on"},
		"text as boolean":   {profiles25, m{"ontop": "true"}, "always means on"},
		"number as boolean": {profiles25, m{"ontop": 0}, "always means on"},
		"true as value":     {profiles25, m{"timer": true}, "means absent"},
		"true turns off":    {"2.4.2", m{"hideicon": true}, "turns it off"},
		"null":              {profiles25, m{"title": nil}, "null"},
		"an object":         {profiles25, m{"titlefont": m{"size": 3}}, "not understood"},
		"a list":            {profiles25, m{"message": []string{"a"}}, "not understood"},
		"number as text":    {profiles25, m{"message": 7}, "a number is not"},
		"empty":             {profiles25, m{"title": ""}, "empty"},
		"blank":             {profiles25, m{"title": " \n "}, "empty"},
		"dash":              {profiles25, m{"message": "- one\n- two"}, "begins with a dash"},
		"markdown file":     {profiles25, m{"message": "see README.md"}, "ends in .md"},
		"variable":          {profiles25, m{"message": "at {HOME}"}, "environment variable"},
		"color":             {profiles25, m{"message": "an :red[apple]"}, "color"},
		"break":             {profiles25, m{"title": "a<br>b"}, "would be replaced"},
		"rule":              {profiles25, m{"infotext": "a<hr>b"}, "would be replaced"},
		"backslash n":       {profiles25, m{"message": `C:\new`}, "line break"},
		"NUL":               {profiles25, m{"title": "a\x00b"}, "control"},
		"escape":            {profiles25, m{"title": "a\x1b[31m"}, "control"},
		"right to left":     {profiles25, m{"title": "a\u202eb"}, "bidirectional"},
		"arabic mark":       {profiles25, m{"title": "a\u061cb"}, "bidirectional"},
		"line separator":    {profiles25, m{"title": "a\u2028b"}, "control"},
		"font without =":    {profiles25, m{"messagefont": "16"}, "without ="},
		"font size in words": {profiles25, m{"messagefont": "weight=bold,size=big"},
			"is not a number"},
		"width in words":   {profiles25, m{"width": "wide"}, "not a number"},
		"long quit key":    {profiles25, m{"quitkey": "xx"}, "one character"},
		"alignment":        {profiles25, m{"messagealignment": "middle"}, "none of"},
		"icon that is not": {profiles25, m{"icon": "/no/such.png"}, "of a file"},
		"icon from a URL":  {profiles25, m{"icon": "https://logo.example.com/a.png"}, "of a file"},
		"relative icon":    {profiles25, m{"icon": "refuse_test.go"}, "of a file"},
		"folder as banner": {profiles25, m{"bannerimage": "/tmp"}, "of a file"},
		"dark too early":   {"2.4.2", m{"icon": picture + ":dark=" + picture}, "from 2.5.1"},
		"dark missing":     {profiles25, m{"icon": picture + ":dark=/no/such.png"}, "of a file"},
		"too young a key":  {"2.4.2", m{"appearance": "dark"}, "is from 2.5.1"},
		"action from 3":    {"3.1.0", m{"button1action": "https://x.example.com"}, "does nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, c.profile)
			code, _, stderr := b.run(b.args(b.options(c.change))...)
			require.Equal(t, 97, code, stderr)
			require.Contains(t, stderr, c.says)
		})
	}
}

func TestEnvironmentThatIsRefused(t *testing.T) {
	for _, name := range []string{"FLEET_DESKTOP_FLEET_URL", "DEVICE_TOKEN", "ENROLL_SECRET", "SSH_KEY_KEY", "DB_PASSWORD"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "x")
			b := newBox(t, "3.1.0")
			code, _, stderr := b.run(b.args(b.options(nil))...)
			require.Equal(t, 97, code)
			require.Contains(t, stderr, name)
		})
	}
}

func TestFilesThatAreNone(t *testing.T) {
	b := newBox(t, profiles25)
	missing := filepath.Join(b.dir, "none.json")
	code, stdout, _ := b.run(b.args(missing)...)
	require.Equal(t, 202, code)
	require.Equal(t, "ERROR: File not found : "+missing+"\n", stdout)
	code, stdout, _ = b.run(b.args(b.write("bad.json", "{"))...)
	require.Equal(t, 202, code)
	require.Equal(t, "JSON import failed\n", stdout)
	require.Equal(t, "JSON import failed", b.transcript().Ending)
	_, _, stderr := b.run("--jsonfile", b.options(nil), "--commandfile", "/no/such/folder/file")
	require.Contains(t, stderr, "command file")
}

func TestKeyAndVersion(t *testing.T) {
	b := newBox(t, "2.5.6")
	code, stdout, _ := b.run("--version")
	require.Equal(t, 0, code)
	require.Regexp(t, `^2\.5\.6\.\d+\n$`, stdout)
	b.control.Key = "a phrase"
	require.NoError(t, standin.SetControl(b.path, b.control))
	code, stdout, _ = b.run(b.args(b.options(nil))...)
	require.Equal(t, 30, code)
	require.Equal(t, "Key authorisation required\n", stdout)
}

func TestWithoutItsControlFileItRefuses(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, 97, standin.Main([]string{filepath.Join(t.TempDir(), "MacOS", "Dialog")}, &out, &errs))
	require.Contains(t, errs.String(), "control file")
}
