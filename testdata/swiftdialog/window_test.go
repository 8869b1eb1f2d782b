package standin_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	standin "fleetmigrate/testdata/swiftdialog"
)

const (
	eventually = time.Minute // on a machine that works at all it is far less
	look       = 5 * time.Millisecond
)

func TestEndings(t *testing.T) {
	type m = map[string]any
	for name, c := range map[string]struct {
		profile, how string
		change       m
		code         int
		stdout       string
	}{
		"button 1":              {"3.1.0", "press1", nil, 0, "{\n\n}\n"},
		"button 2":              {"2.5.6", "press2", m{"button2text": "Later"}, 2, ""},
		"help":                  {"3.1.0", "info", m{"infobuttontext": "Help", "quitoninfo": true}, 3, ""},
		"help implies the end":  {"3.1.0", "info", m{"infobuttontext": "Help"}, 3, ""},
		"timer":                 {"2.4.2", "timer", m{"timer": 5}, 4, ""},
		"Command-Q":             {"2.5.6", "cmdq", nil, 10, ""},
		"close up to 2.5":       {"2.5.6", "close", nil, 0, ""},
		"close from 3.0":        {"3.0.1", "close", nil, 15, ""},
		"end of the session":    {"3.1.0", "appkit-quit", nil, 0, ""},
		"an exit code":          {"3.1.0", "201", nil, 201, ""},
		"the quit key set to q": {"3.1.0", "cmdq", m{"quitkey": "q"}, 10, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, c.profile, standin.End{How: c.how})
			code, stdout, stderr := b.run(b.args(b.options(c.change))...)
			require.Equal(t, c.code, code, stderr)
			require.Equal(t, c.stdout, stdout)
			tr := b.transcript()
			require.Equal(t, c.how, tr.Ending)
			require.Equal(t, os.Getpid(), tr.PID)
			require.Equal(t, os.Getuid(), tr.UID)
			require.Equal(t, []string{"PATH"}, tr.Env)
			require.Equal(t, "A title", tr.Options["title"])
			require.False(t, tr.Closed.Before(tr.Opened))
		})
	}
}

// open runs a window that waits, and gives its command file once it was taken.
func (b *box) open(options string) (commands string, code func() int) {
	b.t.Helper()
	ended := make(chan int, 1)
	go func() {
		c, _, _ := b.run(b.args(options)...)
		ended <- c
	}()
	b.await(func(standin.Transcript) bool { return true }) // written when the file was taken
	return filepath.Join(b.dir, "commands"), func() int { return <-ended }
}

// await waits until the newest window has written what is asked for.
func (b *box) await(ok func(standin.Transcript) bool) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		all, _ := standin.Transcripts(b.control.Dir)
		return len(all) > 0 && ok(all[len(all)-1])
	}, eventually, look)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	require.NoError(t, err)
	_, err = f.WriteString(text)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

// What a press does where it has no effect, is seen by the window that is
// still there to be told to quit.
func TestPressesWithoutEffect(t *testing.T) {
	type m = map[string]any
	for name, c := range map[string]struct {
		how    string
		change m
	}{
		"button 1 disabled":  {"press1", m{"button1disabled": true}},
		"no button 1":        {"press1", m{"button1text": "none"}},
		"no button 2":        {"press2", nil},
		"no help":            {"info", m{"quitoninfo": true}},
		"help opens a page":  {"info", m{"infobuttontext": "Help", "infobuttonaction": "https://help.example.com"}},
		"no timer":           {"timer", nil},
		"Command-Q held":     {"cmdq", m{"quitkey": "X"}},
		"a word for nothing": {"explode", nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, "3.1.0", standin.End{How: c.how})
			commands, code := b.open(b.options(c.change))
			b.await(func(tr standin.Transcript) bool { return slices.Equal(tr.Ignored, []string{c.how}) })
			put(t, commands, "quit:\n")
			require.Equal(t, 5, code())
			require.Equal(t, "quit", b.transcript().Ending)
		})
	}
}

func TestCommands(t *testing.T) {
	b := newBox(t, "2.5.6")
	old := b.write("commands", "quit:\n") // older than the window: never run
	commands, code := b.open(b.options(map[string]any{"button1disabled": true, "progress": 100}))
	require.Equal(t, old, commands)
	info, err := os.Stat(commands)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o666), info.Mode())
	require.Zero(t, info.Size())
	put(t, commands, `message: two\nlines`+"\nprogresstext: half\nbutton1: enable\n\nquit:\n")
	require.Equal(t, 5, code())
	tr := b.transcript()
	require.Equal(t, []string{`message: two\nlines`, "progresstext: half", "button1: enable", "quit:"}, tr.Commands)
	require.Equal(t, "two\nlines", tr.Options["message"])
	require.NotContains(t, tr.Options, "button1disabled")
}

func TestCommandsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ profile, text, says string }{
		"unknown":            {"3.1.0", "explode: now\n", "none that 3.1.0 knows"},
		"upper case":         {"3.1.0", "Message: x\n", "none that"},
		"no colon":           {"3.1.0", "message x\n", "none that"},
		"no blank":           {"3.1.0", "button1:enable\n", "none that"},
		"too young":          {"2.4.2", "buttonsize: small\n", "none that 2.4.2 knows"},
		"its own name":       {"3.1.0", "message: Error message: none\n", "would be lost"},
		"appends":            {"3.1.0", "message: + more\n", "is appended"},
		"button in between":  {"3.1.0", "button1: true\n", `can't do "true"`},
		"half a line":        {"3.1.0", "message: x", "half a line"},
		"half a character":   {"3.1.0", "message: \xc3\n", "cuts a character"},
		"a variable":         {"3.1.0", "message: {HOME}\n", "environment variable"},
		"a file":             {"3.1.0", "message: a.md\n", "ends in .md"},
		"nothing":            {"3.1.0", "message:\n", "empty"},
		"another line break": {"3.1.0", "message: a\u2028quit:\n", "control"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, c.profile)
			commands, code := b.open(b.options(nil))
			put(t, commands, c.text)
			require.Equal(t, 97, code())
			require.Contains(t, b.transcript().Refused, c.says)
		})
	}
}

// The watch is on the open file: who replaces it talks to nobody. Who cuts it
// short is read from the start again.
func TestReplacedAndTruncatedCommandFiles(t *testing.T) {
	b := newBox(t, "3.1.0")
	commands, code := b.open(b.options(nil))
	real := filepath.Join(b.dir, "real")
	require.NoError(t, os.Rename(commands, real))
	require.NoError(t, os.WriteFile(commands, []byte("explode: now\n"), 0o600))
	put(t, real, "progresstext: a rather long line of text\n")
	b.await(func(tr standin.Transcript) bool { return len(tr.Commands) == 1 })
	require.NoError(t, os.WriteFile(real, []byte("quit:\n"), 0o600))
	require.Equal(t, 5, code())
}

func TestWindowsAreNumbered(t *testing.T) {
	b := newBox(t, "3.1.0", standin.End{How: "2"}, standin.End{How: "10"})
	for _, want := range []int{2, 10, 10} {
		code, _, _ := b.run(b.args(b.options(nil))...)
		require.Equal(t, want, code)
	}
	all, err := standin.Transcripts(b.control.Dir)
	require.NoError(t, err)
	require.Len(t, all, 3)
}
